import * as l10n from '@vscode/l10n';
import type { ProfileName } from './profile.ts';
import { profiles, type Profile } from './profiles.ts';

/**
 * Capabilities that any profile may keep, without the `CAP_` prefix: of Docker's default set those that stay within
 * the container's own files, users and ports. Left out of it: `MKNOD` (devices), `NET_RAW` (other machines' traffic),
 * `SETFCAP` and `SETPCAP` (more capabilities), `SYS_CHROOT`, `AUDIT_WRITE` (the host's log).
 */
export const grantableCapabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
] as const;

/** Why an own profile would be looser than what is derived from this base may be; `undefined` where it is not. */
export function loosenedBeyond(profile: Profile, base: ProfileName): string | undefined {
  const from = profiles[base];
  const isBasic = base === 'basic';
  const added = profile.capabilities.filter((name) => !from.capabilities.includes(name));
  const limits = ['diskReadMiBps', 'diskWriteMiBps', 'folderGrowthMiB'] as const;
  const unlimited = limits.find((key) => profile[key] === 0 && from[key] !== 0);
  if (!isBasic && added.length > 0) return onlyBasic('capabilities', added.join(', '));
  if (!isBasic && !profile.readOnlyRoot) return onlyBasic('readOnlyRoot', 'false');
  if (!isBasic && profile.user === 'image') return onlyBasic('user', 'image');
  if (!isBasic && unlimited !== undefined) return onlyBasic(unlimited, '0');
  if (base !== 'strict') return undefined;
  if (profile.seccomp !== 'strict') return notInStrict('seccomp', profile.seccomp);
  if (profile.network === 'open' || profile.network === 'filtered')
    return notInStrict('network', profile.network);
  if (profile.mount === 'live') return notInStrict('mount', profile.mount);
  return undefined;
}

function onlyBasic(field: string, value: string): string {
  return l10n.t('"{0}": {1} is allowed only in what extends "basic"', field, value);
}

function notInStrict(field: string, value: string): string {
  return l10n.t('"{0}": {1} is not allowed in what extends "strict"', field, value);
}
