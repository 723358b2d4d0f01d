import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { profileNames } from './profile.ts';
import { profiles, type Profile } from './profiles.ts';

/** A built-in profile. Throws `invalidRequest` for any other name. */
export function findProfile(name: string): Profile {
  const builtIn = profileNames.find((each) => each === name);
  if (builtIn) return profiles[builtIn];
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'There is no profile "{0}". Define it in the setting cordon.profiles, or choose another profile for the workspace.',
      name,
    ),
  );
}
