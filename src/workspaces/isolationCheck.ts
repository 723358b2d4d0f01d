import type { ContainerSpec } from '../isolation/containerSpec.ts';
import { auditProxy, type ProxyFacts } from '../isolation/egress/proxyAudit.ts';
import { hasOwnKernel } from '../isolation/engineSupport.ts';
import { auditHygiene } from '../isolation/hygieneAudit.ts';
import { auditIsolation } from '../isolation/isolationAudit.ts';
import {
  buildReport,
  type ContainerFacts,
  type IsolationFinding,
  type IsolationReport,
} from '../isolation/isolationReport.ts';
import { auditOwnNetwork } from '../isolation/networkAudit.ts';
import { auditInside, probePlan } from '../isolation/probe/insideAudit.ts';
import { answersOf } from '../isolation/probe/networkChecks.ts';
import type { ProbeAnswer } from '../isolation/probe/probeAnswer.ts';
import type { ProbePlan } from '../isolation/probe/probeScript.ts';
import { isJustStarting } from '../isolation/probe/processChecks.ts';
import { isCutOff, type NetworkMode } from '../isolation/profile.ts';
import { auditView } from '../isolation/viewAudit.ts';
import type { ContainerEngine } from './containerEngine.ts';
import { asCommand, byMainProcess, probeInside } from './isolationProbe.ts';
import type { Neighbourhood } from './neighbourhood.ts';

type CheckedEngine = Pick<
  ContainerEngine,
  'info' | 'inspectContainer' | 'inspectVolume' | 'inspectCommand' | 'startProcess' | 'attachMainProcess'
>;

export interface IsolationSubject {
  readonly containerId: string;
  readonly spec: ContainerSpec;
  readonly network: NetworkMode;
  readonly neighbourhood: Neighbourhood;
  /** Its main process waits for what it is told, as it does right after a start. */
  readonly isTold?: boolean;
  /** Nobody waits for the container to be handed over: the probe waits for what answers late. */
  readonly isPatient?: boolean;
  /** What the image's reference names now; missing where the engine does not have it any more. */
  readonly imageId?: string | undefined;
  /** What others found out about this workspace. */
  readonly findings?: readonly IsolationFinding[];
  /** Of a workspace with the network `filtered`. */
  readonly proxy?: ProxyFacts | undefined;
}

/** What is checked, and the container as the engine has it; no report for one that does not run. */
export interface CheckedIsolation {
  readonly facts: ContainerFacts | undefined;
  readonly report: IsolationReport | undefined;
}

const mostCommands = 20;

/** Compares a running container with every promise of its specification: as the engine has it, and seen from inside. */
export async function checkIsolation(
  engine: CheckedEngine,
  subject: IsolationSubject,
): Promise<CheckedIsolation> {
  const {
    containerId,
    spec,
    network,
    neighbourhood,
    isTold = false,
    isPatient = false,
    imageId,
    findings = [],
    proxy,
  } = subject;
  const startedAt = performance.now();
  const plan = probePlan(spec, network, {
    ...{ targets: neighbourhood.targets, isPatient },
    ...(proxy?.address !== undefined && { proxy: proxy.address }),
    ...(proxy?.allowed !== undefined && { allowed: proxy.allowed }),
  });
  const further = asCommand(engine, containerId);
  const first = isTold ? byMainProcess(engine, containerId) : further;
  const [{ facts, commands }, view, outcome] = await Promise.all([
    inspect(engine, containerId),
    spec.view && engine.inspectVolume(spec.view.volume),
    probeInside({ first, further }, plan, (answer) => canPass(answer, plan, network)),
  ]);
  if (!facts?.running) return { facts, report: undefined };
  const { rootless: rootlessEngine, support } = engine.info;
  const hasAppArmor = support.apparmor;
  const found = [
    ...auditIsolation(facts, spec, { rootlessEngine, support }),
    ...auditOwnNetwork(neighbourhood.networks, facts, network),
    ...auditHygiene(facts, spec, { commands, hasAppArmor, currentImageId: imageId, rootlessEngine }),
    ...auditInside({ spec, network, plan, rootlessEngine, ownKernel: hasOwnKernel(facts.runtime) }, outcome),
    ...auditView(view, spec),
    ...(proxy ? auditProxy(proxy, { attached: facts.networks, support, rootlessEngine }) : []),
    ...findings,
  ];
  return { facts, report: buildReport(found, new Date(), performance.now() - startedAt) };
}

/**
 * Docker Engine takes the jump to the rules that keep its bridges apart out and puts it in again whenever anybody makes a
 * network (`-D` and `-I` of `FORWARD -j DOCKER-ISOLATION-STAGE-1`): for up to 25 ms, measured with 20.10, and longer
 * under load, every bridge reaches every other one. Nothing that any engine does makes an isolated network answer.
 */
function canPass(answer: ProbeAnswer, { targets, proxy }: ProbePlan, network: NetworkMode): boolean {
  const answers = !isCutOff(network) && answersOf(targets, answer.reached).answered.length > 0;
  // A proxy that was just started takes a moment until it listens.
  const isSilent = proxy !== undefined && answer.canAsk && answer.asked.size === 0;
  return answers || isSilent || answer.processes.some(isJustStarting);
}

async function inspect(engine: CheckedEngine, containerId: string) {
  const facts = await engine.inspectContainer(containerId);
  const ids = facts?.execIds.slice(0, mostCommands) ?? [];
  const commands = await Promise.all(ids.map((id) => engine.inspectCommand(id)));
  return {
    facts,
    commands: commands.filter((command) => command?.running).flatMap((command) => command ?? []),
  };
}
