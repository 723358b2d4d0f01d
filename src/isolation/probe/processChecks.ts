import * as l10n from '@vscode/l10n';
import { capabilitiesOf, capabilityBits } from '../capabilityNames.ts';
import { listed } from '../findingText.ts';
import { isRoot, userText, type UserId } from '../workspaceUser.ts';
import type { InsideCheck, InsideContext } from './insideCheck.ts';
import type { ProbeAnswer, ProcessSeen } from './probeAnswer.ts';

const capabilitySets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'] as const;

/** Who runs in the container, with which privileges: the probe itself and every process that it sees. */
export function processChecks({ spec, rootlessEngine, ownKernel }: InsideContext): InsideCheck[] {
  const { user, capabilities } = spec;
  const allowed = capabilityBits(capabilities);
  const isRootUsual = rootlessEngine || 'name' in user || isRoot(user);
  return [
    {
      id: 'inside-capabilities',
      title: l10n.t('Capabilities, as the kernel has them'),
      severity: 'critical',
      expected: l10n.t('none but: {0}', listed(capabilities)),
      look: ({ status }) => {
        const sets = capabilitySets.map((name) => status.get(name)?.[0]);
        if (sets.some((set) => set === undefined || !/^[0-9a-f]{1,16}$/.test(set))) return undefined;
        const bits = sets.map((set) => BigInt(`0x${set ?? '0'}`));
        const all = bits.reduce((one, other) => one | other, 0n);
        return { ok: (all & ~allowed) === 0n && bits.at(-1) === 0n, actual: listed(capabilitiesOf(all)) };
      },
    },
    {
      id: 'inside-no-new-privileges',
      title: l10n.t('No new privileges, as the kernel has it'),
      severity: 'critical',
      expected: l10n.t('yes'),
      look: ({ status }) => yesWhen(status.get('NoNewPrivs')?.[0], '1'),
    },
    ...(ownKernel ? [] : [seccompCheck()]),
    ...('uid' in user ? userChecks(user) : []),
    ...(rootlessEngine ? [rootMappingCheck()] : []),
    {
      id: 'processes',
      title: l10n.t('Every process in the container is held to this'),
      severity: 'critical',
      expected: l10n.t('yes'),
      look: (answer) => lookAtProcesses(answer, allowed, ownKernel),
    },
    ...(isRootUsual ? [] : [rootProcessesCheck()]),
    {
      id: 'ssh-server',
      title: l10n.t('No SSH server runs'),
      severity: 'info',
      expected: listed([]),
      look: (answer) => noneOf(answer, ({ name }) => name === 'sshd'),
    },
  ];
}

function userChecks(user: UserId): InsideCheck[] {
  return [
    {
      id: 'inside-user',
      title: l10n.t('User, as the kernel has it'),
      severity: 'critical',
      expected: userText(user),
      look: ({ status }) => {
        const [uids, gids] = [status.get('Uid'), status.get('Gid')];
        if (uids?.length !== 4 || gids?.length !== 4) return undefined;
        const ok =
          uids.every((uid) => uid === String(user.uid)) && gids.every((gid) => gid === String(user.gid));
        return { ok, actual: `${[...new Set(uids)].join('/')}:${[...new Set(gids)].join('/')}` };
      },
    },
    {
      id: 'inside-groups',
      title: l10n.t('Further groups'),
      severity: 'warning',
      expected: listed([]),
      look: ({ status }) => {
        const groups = status.get('Groups')?.filter((group) => group !== String(user.gid));
        return groups && { ok: groups.length === 0, actual: listed(groups) };
      },
    },
  ];
}

const seccompCheck = (): InsideCheck => ({
  id: 'inside-seccomp',
  title: l10n.t('System calls filtered, as the kernel has it'),
  severity: 'critical',
  expected: l10n.t('yes'),
  look: ({ status }) => yesWhen(status.get('Seccomp')?.[0], '2'),
});

/** Whether an engine's runtime, by the name that it has until the program begins, is just about to be held to this. */
export function isJustStarting({ name, noNewPrivileges, seccompMode }: ProcessSeen): boolean {
  return /^(?:runc:\[|crun\b|youki\b)/.test(name) && (noNewPrivileges === false || seccompMode === 0);
}

const rootMappingCheck = (): InsideCheck => ({
  id: 'root-mapping',
  title: l10n.t('Root of the container is not root of the host'),
  severity: 'critical',
  expected: l10n.t('yes'),
  look: ({ uidMap }) => {
    if (uidMap.length === 0) return undefined;
    const root = uidMap.find(({ inside }) => inside === 0);
    return root?.outside === 0
      ? { ok: false, actual: l10n.t('root is mapped to root') }
      : { ok: true, actual: l10n.t('yes') };
  },
});

const rootProcessesCheck = (): InsideCheck => ({
  id: 'root-processes',
  title: l10n.t('Processes that run as root'),
  severity: 'warning',
  expected: listed([]),
  look: (answer) => noneOf(answer, ({ uid }) => uid === 0),
});

function lookAtProcesses({ processes, hasMoreProcesses }: ProbeAnswer, allowed: bigint, ownKernel: boolean) {
  const isFree = ({ capabilities = 0n, noNewPrivileges, seccompMode }: ProcessSeen) =>
    (capabilities & ~allowed) !== 0n || noNewPrivileges === false || (!ownKernel && seccompMode === 0);
  const free = processes.filter(isFree);
  if (free.length > 0) return { ok: false, actual: l10n.t('not: {0}', named(free)) };
  const isTold = ({ capabilities, noNewPrivileges, seccompMode }: ProcessSeen) =>
    capabilities !== undefined && noNewPrivileges !== undefined && (ownKernel || seccompMode !== undefined);
  if (processes.length === 0 || hasMoreProcesses || !processes.every(isTold)) return undefined;
  return { ok: true, actual: l10n.t('yes, {0} of them', processes.length) };
}

function noneOf(
  { processes, hasMoreProcesses }: ProbeAnswer,
  isUnwanted: (process: ProcessSeen) => boolean,
): { ok: boolean; actual: string } | undefined {
  const found = processes.filter(isUnwanted);
  if (found.length === 0 && (processes.length === 0 || hasMoreProcesses)) return undefined;
  return { ok: found.length === 0, actual: named(found) };
}

function named(processes: readonly ProcessSeen[]): string {
  const shown = processes.slice(0, 8).map(({ name, pid }) => `${name} (${pid})`);
  return listed(processes.length > shown.length ? [...shown, '…'] : shown);
}

function yesWhen(value: string | undefined, wanted: string) {
  return value === undefined
    ? undefined
    : { ok: value === wanted, actual: value === wanted ? l10n.t('yes') : l10n.t('no') };
}
