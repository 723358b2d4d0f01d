import type { ContainerSpec } from '../containerSpec.ts';
import type { IsolationFinding } from '../isolationReport.ts';
import type { NetworkMode } from '../profile.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import type { ProbePlan } from './probeScript.ts';

/** What decides which promises are looked at from inside. */
export interface InsideContext {
  readonly spec: ContainerSpec;
  readonly network: NetworkMode;
  readonly plan: ProbePlan;
  /** The engine maps root in a container to an unprivileged user of the host. */
  readonly rootlessEngine: boolean;
  /** The runtime has a kernel of its own, so that what Linux shows of its filters and masks is not there. */
  readonly ownKernel: boolean;
}

/** One promise and how to see from inside whether it holds. */
export interface InsideCheck {
  readonly id: string;
  readonly title: string;
  readonly severity: IsolationFinding['severity'];
  readonly expected: string;
  /** `undefined` where the answer does not tell. */
  look(answer: ProbeAnswer): { readonly ok: boolean; readonly actual: string } | undefined;
}
