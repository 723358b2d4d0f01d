import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { defined } from '../shared/defined.ts';
import { CordonError } from '../shared/errors.ts';
import { hasOwnKernel } from './engineSupport.ts';
import { limitSchemas } from './limits.ts';
import {
  mountModes,
  networkModes,
  profileNameGrammar,
  profileNames,
  seccompFilters,
  type ProfileName,
} from './profile.ts';
import { grantableCapabilities, loosenedBeyond } from './profileBounds.ts';
import { deepFreeze, profiles, type Profile } from './profiles.ts';

/** A profile that a person defined, derived from a built-in one. */
export interface OwnProfile {
  readonly extends: ProfileName;
  /** For people; empty where none was given. */
  readonly description: string;
  readonly profile: Profile;
}

/** What the setting `cordon.profiles` holds. */
export interface OwnProfiles {
  readonly usable: ReadonlyMap<string, OwnProfile>;
  /** Names of those that cannot be used, with the reason. */
  readonly broken: ReadonlyMap<string, string>;
}

export const noOwnProfiles: OwnProfiles = { usable: new Map(), broken: new Map() };

const most = 64;

const whole = (least: number, greatest: number) => z.int().check(z.gte(least), z.lte(greatest));

/** Everything that may be said of an own profile. A field that is not here does not exist. */
const definitionSchema = z.strictObject({
  extends: z.enum(profileNames),
  description: z.optional(z.string().check(z.maxLength(200), z.regex(/^[^\p{Cc}]*$/u))),
  capabilities: z.optional(
    z.array(z.enum(grantableCapabilities)).check(z.maxLength(grantableCapabilities.length)),
  ),
  readOnlyRoot: z.optional(z.boolean()),
  user: z.optional(z.enum(['person', 'image'])),
  seccomp: z.optional(z.enum(seccompFilters)),
  runtime: z.optional(z.string().check(z.refine(isAllowedRuntime))),
  network: z.optional(z.enum(networkModes)),
  mount: z.optional(z.enum(mountModes)),
  limits: z.optional(z.partial(z.strictObject(limitSchemas))),
  sharedMemoryMiB: z.optional(whole(1, 1_048_576)),
  openFiles: z.optional(whole(256, 1_048_576)),
  diskReadMiBps: z.optional(whole(0, 1_048_576)),
  diskWriteMiBps: z.optional(whole(0, 1_048_576)),
  folderGrowthMiB: z.optional(whole(0, 16_777_216)),
});

/** Any runtime but these could give a container more than the engine's default one does: devices, for instance. */
function isAllowedRuntime(runtime: string): boolean {
  return runtime === '' || hasOwnKernel(runtime);
}

/** Reads the setting `cordon.profiles`. What cannot be used is named with the reason and replaced by nothing. */
export function parseOwnProfiles(setting: unknown): OwnProfiles {
  const usable = new Map<string, OwnProfile>();
  const broken = new Map<string, string>();
  if (setting === undefined || setting === null) return noOwnProfiles;
  const entries = z.safeParse(z.record(z.string(), z.unknown()), setting);
  if (!entries.success) broken.set('cordon.profiles', l10n.t('the setting is not an object'));
  else
    for (const [index, [name, definition]] of Object.entries(entries.data).entries()) {
      try {
        if (index >= most) throw new TypeError(l10n.t('there are more than {0} profiles', most));
        usable.set(name, parseOwnProfile(name, definition));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        broken.set(name, error.message);
      }
    }
  return { usable, broken };
}

/** A profile by its name. Throws `invalidRequest` for one that is not there or cannot be used: no other takes its place. */
export function findProfile(name: string, own: OwnProfiles = noOwnProfiles): Profile {
  const builtIn = profileNames.find((each) => each === name);
  if (builtIn) return profiles[builtIn];
  const found = own.usable.get(name);
  if (found) return found.profile;
  const reason = own.broken.get(name);
  throw new CordonError(
    'invalidRequest',
    reason === undefined
      ? l10n.t(
          'There is no profile "{0}". Define it in the setting cordon.profiles, or choose another profile for the workspace.',
          name,
        )
      : l10n.t(
          'The profile "{0}" in the setting cordon.profiles cannot be used: {1}. Correct it, or choose another profile for the workspace.',
          name,
          reason,
        ),
  );
}

function parseOwnProfile(name: string, definition: unknown): OwnProfile {
  if (!profileNameGrammar.test(name))
    throw new TypeError(l10n.t('its name is not 1 to 32 of the characters a-z, 0-9 and -, a letter first'));
  if (profileNames.some((each) => each === name))
    throw new TypeError(l10n.t('its name is that of a built-in profile'));
  const parsed = z.safeParse(definitionSchema, definition);
  if (!parsed.success) throw new TypeError(problemOf(parsed.error));
  const { extends: base, description = '', limits = {}, ...overrides } = parsed.data;
  const profile: Profile = deepFreeze({
    ...profiles[base],
    ...defined(overrides),
    limits: { ...profiles[base].limits, ...defined(limits) },
  });
  const loosened = loosenedBeyond(profile, base);
  if (loosened !== undefined) throw new TypeError(loosened);
  return { extends: base, description, profile };
}

function problemOf({ issues: [issue] }: z.core.$ZodError): string {
  const field = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys')
    return l10n.t(
      'it has a field that does not exist: {0}',
      [field, ...issue.keys].filter(Boolean).join('.').slice(0, 100),
    );
  return field === ''
    ? l10n.t('it is not an object with a field "extends"')
    : l10n.t('the value of "{0}" is not allowed', field.slice(0, 100));
}
