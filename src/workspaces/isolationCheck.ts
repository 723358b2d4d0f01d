import * as l10n from '@vscode/l10n';
import type { ContainerSpec } from '../isolation/containerSpec.ts';
import { hasOwnKernel } from '../isolation/engineSupport.ts';
import { auditHygiene } from '../isolation/hygieneAudit.ts';
import { auditIsolation } from '../isolation/isolationAudit.ts';
import {
  buildReport,
  type ContainerFacts,
  type IsolationFinding,
  type IsolationReport,
} from '../isolation/isolationReport.ts';
import { auditOwnNetwork, type NetworkFacts } from '../isolation/networkAudit.ts';
import { auditInside, probePlan } from '../isolation/probe/insideAudit.ts';
import type { ProbePlan } from '../isolation/probe/probeScript.ts';
import type { NetworkMode } from '../isolation/profile.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine, ManagedContainer } from './containerEngine.ts';
import { probeInside, probeNetworkInside } from './isolationProbe.ts';
import { parseLabelRecord } from './workspaceRecord.ts';

type CheckedEngine = Pick<
  ContainerEngine,
  'info' | 'inspectContainer' | 'inspectCommand' | 'startProcess' | 'listContainers' | 'findNetworks'
>;

/** What is around a container: its network, and what it must not reach. */
export interface Neighbourhood {
  readonly networks: readonly NetworkFacts[];
  readonly targets: ProbePlan['targets'];
}

export interface IsolationSubject {
  readonly containerId: string;
  readonly spec: ContainerSpec;
  readonly network: NetworkMode;
  readonly neighbourhood: Neighbourhood;
  /** What the image's reference names now; missing where the engine does not have it any more. */
  readonly imageId?: string | undefined;
  /** What others found out about this workspace. */
  readonly findings?: readonly IsolationFinding[];
}

/** What is checked, and the container as the engine has it; no report for one that does not run. */
export interface CheckedIsolation {
  readonly facts: ContainerFacts | undefined;
  readonly report: IsolationReport | undefined;
}

/** The metadata service of clouds, which hands out credentials. */
const metadataAddress = '169.254.169.254';
const triedPort = 80;
/** More of them would say the same: the engine keeps all networks apart by the same rules. */
const mostNeighbours = 3;
const mostHostAddresses = 8;
const mostCommands = 20;

/** Finds out what a workspace must not reach. It asks nothing of its container, so it can be done while that starts. */
export async function lookAround(
  engine: CheckedEngine,
  { id, network }: { readonly id: string; readonly network: NetworkMode },
  hostAddresses: readonly string[],
): Promise<Neighbourhood> {
  if (network === 'none') return { networks: [], targets: [] };
  const [networks, containers] = await Promise.all([engine.findNetworks(id), engine.listContainers()]);
  const neighbours = neighbourAddresses(
    containers.filter(({ workspaceId }) => workspaceId !== id),
    network,
  );
  const outside =
    network === 'isolated'
      ? [
          ...networks.flatMap(({ gateways }) => gateways),
          ...hostAddresses.slice(0, mostHostAddresses),
          metadataAddress,
        ]
      : [];
  const hosts = [...new Set([...neighbours, ...outside])].filter(isIpv4);
  return { networks, targets: hosts.map((host) => ({ host, port: triedPort })) };
}

/** Compares a running container with every promise of its specification: as the engine has it, and seen from inside. */
export async function checkIsolation(
  engine: CheckedEngine,
  { containerId, spec, network, neighbourhood, imageId, findings = [] }: IsolationSubject,
): Promise<CheckedIsolation> {
  const startedAt = performance.now();
  const plan = probePlan(spec, neighbourhood.targets);
  const [{ facts, commands }, outcome] = await Promise.all([
    inspect(engine, containerId),
    // Nothing that any engine does to its bridges makes an isolated network answer.
    network === 'isolated'
      ? probeInside(engine, containerId, plan)
      : probeNetworkInside(engine, containerId, plan),
  ]);
  if (!facts?.running) return { facts, report: undefined };
  const rootlessEngine = engine.info.rootless;
  const hasAppArmor = engine.info.support.apparmor;
  const found = [
    ...auditIsolation(facts, spec, { rootlessEngine, support: engine.info.support }),
    ...auditOwnNetwork(neighbourhood.networks, facts, network),
    ...auditHygiene(facts, spec, { commands, hasAppArmor, currentImageId: imageId, rootlessEngine }),
    ...auditInside({ spec, network, plan, rootlessEngine, ownKernel: hasOwnKernel(facts.runtime) }, outcome),
    ...findings,
  ];
  return { facts, report: buildReport(found, new Date(), performance.now() - startedAt) };
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

/** Addresses of a few that run. What their labels say is read only as far as it is needed: it may be long. */
function neighbourAddresses(others: readonly ManagedContainer[], network: NetworkMode): readonly string[] {
  const found: string[] = [];
  for (const other of others) {
    if (found.length >= mostNeighbours) break;
    // The kernel answers for a frozen one too, as those of the same folder are while this one starts.
    if (other.state.kind !== 'running' && other.state.kind !== 'paused') continue;
    // Nothing leads to the address of an isolated one: what answers a try is a gateway that takes in every connection.
    if (network === 'isolated' || !isIsolated(other)) found.push(...other.addresses);
  }
  return found.slice(0, mostNeighbours);
}

/** By its record; where that cannot be read, it is taken for one that can be reached. */
function isIsolated({ record }: ManagedContainer): boolean {
  try {
    return parseLabelRecord(record).network === 'isolated';
  } catch {
    return false;
  }
}

function isIpv4(address: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}

/** Fails closed: throws `isolationNotHeld` when a critical promise does not hold. */
export function requireIsolation({ findings }: Pick<IsolationReport, 'findings'>): void {
  const broken = findings.filter(({ status, severity }) => status === 'broken' && severity === 'critical');
  if (broken.length === 0) return;
  throw new CordonError(
    'isolationNotHeld',
    l10n.t(
      'The container was stopped: what the profile promises does not hold ({0}).',
      broken.map(({ title, actual }) => `${title}: ${actual}`).join('; '),
    ),
  );
}
