import * as l10n from '@vscode/l10n';
import type { ContainerSpec } from '../isolation/containerSpec.ts';
import type { ProxyFacts } from '../isolation/egress/proxyAudit.ts';
import type { ContainerFacts, IsolationFinding, IsolationReport } from '../isolation/isolationReport.ts';
import { CordonError } from '../shared/errors.ts';
import { lazily } from '../shared/lazily.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ManagedContainer } from './engineContainers.ts';
import type { ImageFacts } from './engineImages.ts';
import { whyEnded } from './endedAtOnce.ts';
import { folderReplaced, type Commission, type ContainerPlans } from './containerPlans.ts';
import { pinnedOf, protectionInForce, requireRealFolders } from './folderProtections.ts';
import type { CheckedIsolation, IsolationSubject } from './isolationCheck.ts';
import { lookAround, type Neighbourhood } from './neighbourhood.ts';
import { notRunning } from './notRunning.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import { requireIsolation } from './requireIsolation.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';

/** Names a source of a mount that is not what the container really has there; `undefined` where none is known. */
export type MountCheck = (
  container: { readonly id: string; readonly pid: number },
  mounts: ContainerSpec['mounts'],
) => Promise<string | undefined>;

/** What an isolation check needs and tells beyond the engine. */
export interface IsolationSurroundings {
  /** Addresses of this machine that an isolated container must not reach. */
  hostAddresses(): readonly string[];
  readonly checkMounts: MountCheck;
  /** What of its folder belongs into the report of a workspace that runs. */
  findings(workspaceId: string): Promise<readonly IsolationFinding[]>;
  /** Takes a container that was just started, with the folder that it was given. */
  onStarted(workspaceId: string, folder: string, facts: ContainerFacts): Promise<void>;
  /** Takes every report of a workspace's container. */
  onReport(workspaceId: string, containerId: string, report: IsolationReport): void;
}

/** A container that exists, and what it must be. */
export interface MadeContainer {
  readonly commission: Commission;
  readonly containerId: string;
  readonly spec: ContainerSpec;
  readonly image: ImageFacts | undefined;
  /** Its main process waits for what it is told. */
  readonly isTold: boolean;
}

/** Checks what is in force in containers that run against what their records promise. */
export class IsolationReports {
  private readonly plans: ContainerPlans;
  private readonly surroundings: IsolationSurroundings;
  private readonly proxies: Pick<WorkspaceProxies, 'look'>;

  constructor(
    plans: ContainerPlans,
    proxies: Pick<WorkspaceProxies, 'look'>,
    surroundings: IsolationSurroundings,
  ) {
    this.plans = plans;
    this.proxies = proxies;
    this.surroundings = surroundings;
  }

  /**
   * What is in force now, compared with what the record promises; rejects with `notRunning`. `known` is the container
   * as the engine had it at any time.
   */
  async report(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    known: ContainerFacts,
  ): Promise<{ readonly facts: ContainerFacts; readonly report: IsolationReport }> {
    const [folder, image, neighbourhood, findings, proxy] = await Promise.all([
      this.plans.folder(record, engine.info),
      engine.inspectImage(record.image),
      this.lookAround(engine, record),
      this.surroundings.findings(record.id),
      this.proxies.look(engine, record),
    ]);
    const spec = this.plans.container({ engine, record, folder }, image, protectionInForce(known));
    const { facts, report } = await check(engine, {
      ...{ containerId: known.id, spec, network: record.network, neighbourhood, imageId: image?.id },
      ...{ findings, proxy, isPatient: true },
    });
    if (!facts || !report) throw notRunning(record.name);
    this.surroundings.onReport(record.id, known.id, report);
    return { facts, report };
  }

  /** What a container must not reach. Nothing of it is asked of the container, which may be just starting. */
  lookAround(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    containers?: readonly ManagedContainer[],
  ): Promise<Neighbourhood> {
    return lookAround(engine, record, this.surroundings.hostAddresses(), containers);
  }

  /**
   * Gives what the engine has of a container that was just started. Rejects when it has ended already, a critical
   * promise does not hold in it, or its folder is not the one that was checked.
   */
  async requireAfterStart(
    { commission, containerId, spec, image, isTold }: MadeContainer,
    neighbourhood: Neighbourhood,
  ): Promise<ContainerFacts> {
    const { engine, record, operation, folder } = commission;
    const proxy = await this.requireProxy(engine, record);
    const [{ facts, report }] = await Promise.all([
      check(engine, {
        ...{ containerId, spec, network: record.network, neighbourhood, imageId: image?.id, isTold, proxy },
      }),
      this.plans.requireSameFolder(commission),
      requireRealFolders(folder.path, pinnedOf(spec)),
    ]);
    if (!facts || !report) throw whyEnded(record.image, facts);
    if ((await this.surroundings.checkMounts(facts, spec.mounts)) !== undefined) throw folderReplaced();
    requireIsolation(report);
    // One that did not answer may have ended meanwhile.
    if (proxy && !report.findings.some(({ id, ok }) => id === 'inside-proxy' && ok))
      await this.requireProxy(engine, record);
    await this.surroundings.onStarted(record.id, folder.path, facts);
    operation.check();
    this.surroundings.onReport(record.id, containerId, report);
    return facts;
  }

  /** A workspace is not handed over with a proxy that cannot run: rejects with `engineFailed`. */
  async requireProxy(engine: ContainerEngine, record: WorkspaceRecord): Promise<ProxyFacts | undefined> {
    const proxy = await this.proxies.look(engine, record);
    if (proxy && proxy.container?.running !== true) throw endedAtOnce(proxy);
    return proxy;
  }
}

const checking = lazily(() => import('./isolationCheck.ts'));

/** All that is to be checked is much code, which is loaded with the first check. */
async function check(engine: ContainerEngine, subject: IsolationSubject): Promise<CheckedIsolation> {
  const { checkIsolation } = await checking();
  return await checkIsolation(engine, subject);
}

function endedAtOnce({ spec, container }: ProxyFacts): CordonError {
  return new CordonError(
    'engineFailed',
    l10n.t(
      'The proxy of the network "filtered" ended at once (exit code {0}). Its image {1} must have squid; name another one in the setting "cordon.proxyImage".',
      container?.exitCode ?? '?',
      spec.image,
    ),
  );
}
