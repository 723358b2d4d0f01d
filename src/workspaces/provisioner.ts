import * as l10n from '@vscode/l10n';
import type { FolderScan } from '../isolation/folderScan.ts';
import { allEnded } from '../shared/allEnded.ts';
import { KeyedQueue } from '../shared/keyedQueue.ts';
import type { ContainerSpec, NetworkSpec } from '../isolation/containerSpec.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { isTold } from '../isolation/mainProcess.ts';
import { specFingerprint } from '../isolation/specFingerprint.ts';
import type { ContainerEngine } from './containerEngine.ts';
import type { ImageFacts } from './engineImages.ts';
import type { Commission, ContainerPlans } from './containerPlans.ts';
import { pinnedOf, protectionFor, requireRealFolders, type FolderProtections } from './folderProtections.ts';
import type { FrozenNeighbours, ListedContainers } from './frozenNeighbours.ts';
import type { IsolationReports, MadeContainer } from './isolationReports.ts';
import type { Operation } from './operations.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import { requireImage } from './requireImage.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { ReviewViews } from './views/reviewViews.ts';
import { UnstartableContainer } from './unstartableContainer.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';

/**
 * How many containers are made or started at once. An engine does much of it one by one: with more of them each takes
 * longer, until its calls and looks run out of time, and all together are no sooner done.
 */
const startsAtOnce = 9;

/** Who runs beside a container that starts is asked for again after this long. */
const freshMs = 1000;

/** Why another container must take the place of one: it must keep to something else now, or cannot be started any more. */
export type Outdated = 'changed' | 'unstartable';

/** Turns a record into a running container whose isolation was checked, or into nothing at all. */
export class Provisioner {
  private readonly plans: ContainerPlans;
  private readonly reports: IsolationReports;
  private readonly protections: Pick<FolderProtections, 'scan'>;
  private readonly neighbours: Pick<FrozenNeighbours, 'during'>;
  private readonly starts = new KeyedQueue(startsAtOnce);
  private readonly secrets: Pick<WorkspaceSecrets, 'giveAtStart'>;
  private readonly views: Pick<ReviewViews, 'prepare' | 'prepareFiles' | 'protection'>;
  private readonly proxies: Pick<WorkspaceProxies, 'prepare' | 'bringUp' | 'remove'>;

  constructor(parts: {
    plans: ContainerPlans;
    reports: IsolationReports;
    protections: Pick<FolderProtections, 'scan'>;
    neighbours: Pick<FrozenNeighbours, 'during'>;
    secrets: Pick<WorkspaceSecrets, 'giveAtStart'>;
    views: Pick<ReviewViews, 'prepare' | 'prepareFiles' | 'protection'>;
    proxies: Pick<WorkspaceProxies, 'prepare' | 'bringUp' | 'remove'>;
  }) {
    this.plans = parts.plans;
    this.reports = parts.reports;
    this.protections = parts.protections;
    this.neighbours = parts.neighbours;
    this.secrets = parts.secrets;
    this.views = parts.views;
    this.proxies = parts.proxies;
  }

  /**
   * Makes network and container, starts the container, checks what is in force, and gives it its secrets. On failure the
   * caller removes everything of the workspace.
   */
  async createAndStart(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    operation: Operation,
  ): Promise<ContainerFacts> {
    const commission = await this.plans.commission(engine, record, operation);
    const scanning = this.scan(commission);
    await this.proxies.prepare(commission);
    const image = await requireImage(engine, record.image, operation);
    operation.check();
    const facts = await this.inTurn(commission, async () => {
      // Whatever an earlier one left is on a network that is made anew now.
      if (record.network === 'filtered') await this.proxies.remove(engine, record.id);
      const spec = this.plans.network(commission, image);
      const network = spec && this.makeNetwork(commission, spec);
      return await this.besideProxy(commission, network, async (proxy) => {
        const networkId = await network;
        operation.progress(l10n.t('Creating the container'));
        return await this.whileFolderIsStill(commission, scanning, async (scan, listed) => {
          await this.plans.requireSameFolder(commission);
          await this.views.prepare(commission, image, scan.masked);
          const made = await this.makeContainer(commission, { image, networkId, scan });
          return await this.startAndCheck(made, listed, async (id) => {
            await engine.startContainer(id);
            await proxy;
          });
        });
      });
    });
    await this.giveSecrets(commission, facts);
    return facts;
  }

  /**
   * Starts a container that exists, in the given way, checks what is in force, and gives it its secrets; or says,
   * without having started it, why another one must take its place.
   */
  async startExisting(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    known: ContainerFacts,
    operation: Operation,
    start: (containerId: string) => Promise<void>,
  ): Promise<ContainerFacts | Outdated> {
    const commission = await this.plans.commission(engine, record, operation);
    const scanning = this.scan(commission);
    const [image] = await Promise.all([engine.inspectImage(record.image), this.proxies.prepare(commission)]);
    operation.check();
    const facts = await this.inTurn(commission, () =>
      this.whileFolderIsStill(commission, scanning, async (scan, listed) => {
        await this.views.prepareFiles(commission, scan.masked, known.id);
        const protection = await this.views.protection(record, protectionFor(scan, record.mount));
        const spec = this.plans.container(commission, image, protection);
        if (known.specFingerprint !== specFingerprint(spec)) return 'changed';
        await requireRealFolders(commission.folder.path, pinnedOf(spec));
        const made = { commission, containerId: known.id, spec, image, isTold: isTold(known.command) };
        return await this.besideProxy(commission, known.networkMode, (proxy) =>
          this.startAndCheck(made, listed, async (id) => {
            await start(id);
            await proxy;
          }),
        ).catch(unlessReplaceable(spec));
      }),
    );
    if (typeof facts !== 'string') await this.giveSecrets(commission, facts);
    return facts;
  }

  private inTurn<T>({ operation, engine }: Commission, work: () => Promise<T>): Promise<T> {
    return this.starts.run(engine.info.endpoint, operation.signal, work);
  }

  /**
   * Brings up the proxy while network and container are made, which are checked once all is up. Neither is left at work
   * when the other fails: what it still made would not be undone.
   */
  private async besideProxy<T>(
    commission: Commission,
    network: string | Promise<string> | undefined,
    work: (proxy: Promise<void>) => Promise<T>,
  ): Promise<T> {
    const proxy = network === undefined ? Promise.resolve() : this.proxies.bringUp(commission, network);
    const [, done] = await allEnded([proxy, work(proxy)]);
    return done;
  }

  /** Only into a container that keeps what it promises. */
  private async giveSecrets(
    { engine, record, operation }: Commission,
    { id }: ContainerFacts,
  ): Promise<void> {
    await this.secrets.giveAtStart(engine, record.id, id, operation.signal);
    operation.check();
  }

  private async makeNetwork(commission: Commission, spec: NetworkSpec): Promise<string> {
    commission.operation.progress(l10n.t('Creating the network'));
    const id = await commission.engine.createNetwork(spec);
    commission.operation.check();
    return id;
  }

  /** A container of an image that is new may show that the image needs another one. */
  private async makeContainer(
    commission: Commission,
    { image, networkId, scan }: { image: ImageFacts; networkId: string | undefined; scan: FolderScan },
  ): Promise<MadeContainer> {
    const { engine, record, operation, folder } = commission;
    const protection = await this.views.protection(record, protectionFor(scan, record.mount));
    await requireRealFolders(folder.path, protection.pinned);
    const make = async () => {
      const spec = this.plans.container(commission, image, protection);
      const containerId = await engine.createContainer(spec, networkId);
      operation.check();
      return { commission, containerId, spec, image, isTold: isTold(spec.command) };
    };
    const made = await make();
    if (await this.plans.isKeptAlive(engine, image, made)) return made;
    await engine.removeContainer(made.containerId);
    return await make();
  }

  private async startAndCheck(
    made: MadeContainer,
    listed: ListedContainers,
    start: (containerId: string) => Promise<void>,
  ): Promise<ContainerFacts> {
    const { engine, record, operation } = made.commission;
    operation.progress(l10n.t('Starting the container'));
    const isFresh = performance.now() - listed.atMs < freshMs;
    const around = this.reports.lookAround(engine, record, isFresh ? listed.containers : undefined);
    // Whatever is wrong with it is told after the start, which must not be left alone.
    around.catch(() => undefined);
    await start(made.containerId);
    operation.check();
    operation.progress(l10n.t('Checking the isolation'));
    return await this.reports.requireAfterStart(made, await around);
  }

  /** Holds still who could change the folder. Whoever did so since the search began makes another one necessary. */
  private async whileFolderIsStill<T>(
    commission: Commission,
    scanning: Promise<FolderScan>,
    work: (scan: FolderScan, listed: ListedContainers) => Promise<T>,
  ): Promise<T> {
    const { engine, folder, record, operation } = commission;
    return await this.neighbours.during(
      engine,
      { folder: folder.path, except: record.id },
      async (mayHaveChanged, listed) => {
        operation.check();
        return await work(mayHaveChanged ? await this.scan(commission) : await scanning, listed);
      },
    );
  }

  /** A search that fails later than somebody waits for it is no failure of its own. */
  private scan({ folder, operation }: Commission): Promise<FolderScan> {
    const scanning = this.protections.scan(folder.path, operation.signal);
    scanning.catch(() => undefined);
    return scanning;
  }
}

/** What cannot be written keeps nothing that another container would not have. */
function unlessReplaceable({
  readOnlyRoot,
}: Pick<ContainerSpec, 'readOnlyRoot'>): (error: unknown) => Outdated {
  return (error) => {
    if (readOnlyRoot && error instanceof UnstartableContainer) return 'unstartable';
    throw error;
  };
}
