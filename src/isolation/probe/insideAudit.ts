import * as l10n from '@vscode/l10n';
import type { IsolationFinding } from '../isolationReport.ts';
import type { InsideCheck, InsideContext } from './insideCheck.ts';
import { limitChecks } from './limitChecks.ts';
import { mountChecks } from './mountChecks.ts';
import { outsideName } from './nameLookUp.ts';
import { networkChecks } from './networkChecks.ts';
import { placeChecks } from './placeChecks.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import type { ProbePlan } from './probeScript.ts';
import { processChecks } from './processChecks.ts';
import { isCutOff, type NetworkMode } from '../profile.ts';
import { isRoot } from '../workspaceUser.ts';

/** What a probe brought back, or a sentence why there is nothing. */
export type ProbeOutcome = { readonly answer: ProbeAnswer } | { readonly reason: string };

/** Compares what the probe saw with every promise that can be seen from inside. What it did not see is unproven. */
export function auditInside(context: InsideContext, outcome: ProbeOutcome): readonly IsolationFinding[] {
  const checks = [
    ...processChecks(context),
    ...mountChecks(context),
    ...placeChecks(context),
    ...limitChecks(context),
    ...networkChecks(context),
  ];
  return checks.map((check) => findingOf(check, outcome));
}

function findingOf(check: InsideCheck, outcome: ProbeOutcome): IsolationFinding {
  const { id, title, severity, expected } = check;
  const promise = { id, title, severity, expected };
  const seen = 'answer' in outcome ? check.look(outcome.answer) : undefined;
  if (seen) return { ...promise, ...seen, source: 'inside' };
  const actual = 'reason' in outcome ? outcome.reason : l10n.t('not told');
  return { ...promise, ok: false, unproven: true, actual, source: 'inside' };
}

/** Names without anything that a shell, a proxy or an engine reads as something else. */
const plainName = /^(?=.{1,253}$)[a-z\d-]+(?:\.[a-z\d-]+)+$/;

/** What the probe is to try in a container of this specification. */
export function probePlan(
  spec: InsideContext['spec'],
  network: NetworkMode,
  { allowed, ...tries }: Omit<ProbePlan, 'writable' | 'closed' | 'outside'>,
): ProbePlan {
  // The root of a container owns the folder in which engines put the control groups of old.
  const closedAlways = ['/proc/sys/kernel', '/sys', ...(isRoot(spec.user) ? [] : ['/sys/fs/cgroup'])];
  const ofImage = ['/', '/bin', '/boot', '/etc', '/home', '/lib', '/opt', '/root', '/sbin', '/usr', '/var'];
  const inMemory = spec.tmpfs.map(({ target }) => target);
  return {
    writable: inMemory.filter((target) => /^\/[\w./-]+$/.test(target)),
    closed: [
      ...closedAlways,
      ...(spec.readOnlyRoot ? ofImage.filter((path) => !inMemory.includes(path)) : []),
    ],
    ...tries,
    ...(allowed !== undefined && plainName.test(allowed) && { allowed }),
    ...(isCutOff(network) && { outside: outsideName }),
  };
}
