import * as l10n from '@vscode/l10n';
import { folderPath } from '../../isolation/folderCheck.ts';
import type { Profile, ProfileLookup } from '../../isolation/profiles.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import { bytesPerMiB } from '../../shared/units.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { ViewFiles } from '../views/viewFiles.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { Disk } from './disk.ts';
import { leastFreeBytes } from './growthWatch.ts';
import type { SecurityReporter } from './securityReporter.ts';
import type { StatsWatch } from './statsWatch.ts';
import { WritablePlaces, type DiskHit } from './writablePlaces.ts';

const everyMs = 4000;

interface Watched {
  readonly containerId: string;
  readonly places: WritablePlaces;
  isMeasuring: boolean;
}

/** Watches how much running workspaces write to disk, and reports what grows too much or fills the disk. */
export class DiskWatch implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly watched = new Map<string, Watched>();
  private readonly store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
  private readonly stats: Pick<StatsWatch, 'isEmpty' | 'onDidChangeEmpty'>;
  private readonly engines: Pick<EngineSource, 'state' | 'get'>;
  private readonly disk: Disk;
  private readonly profileOf: ProfileLookup;
  private readonly platform: NodeJS.Platform;
  private readonly viewFiles: Pick<ViewFiles, 'written'>;
  private readonly reporter: Pick<SecurityReporter, 'report'>;
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'list' | 'get' | 'onDidChange'>;
    stats: Pick<StatsWatch, 'isEmpty' | 'onDidChangeEmpty'>;
    engines: Pick<EngineSource, 'state' | 'get'>;
    disk: Disk;
    profileOf: ProfileLookup;
    platform: NodeJS.Platform;
    viewFiles: Pick<ViewFiles, 'written'>;
    reporter: Pick<SecurityReporter, 'report'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.stats = parts.stats;
    this.engines = parts.engines;
    this.disk = parts.disk;
    this.profileOf = parts.profileOf;
    this.platform = parts.platform;
    this.viewFiles = parts.viewFiles;
    this.reporter = parts.reporter;
    this.log = parts.log;
    this.subscriptions.add(
      this.store.onDidChange(({ id, current }) => {
        this.follow(id, current);
      }),
    );
    this.subscriptions.add(
      this.stats.onDidChangeEmpty(() => {
        this.plan();
      }),
    );
    for (const workspace of this.store.list()) this.follow(workspace.id, workspace);
  }

  dispose(): void {
    clearInterval(this.timer);
    this.watched.clear();
    this.subscriptions.dispose();
  }

  /** A paused container keeps its watch: what it wrote before counts on when it is resumed. */
  private follow(id: string, workspace: Workspace | undefined): void {
    const known = this.watched.get(id);
    if (workspace?.container.kind === 'running' && known?.containerId !== workspace.container.id) {
      const watched = this.watch(workspace, workspace.container.id);
      if (watched) this.watched.set(id, watched);
      else this.watched.delete(id);
    } else if (workspace?.container.kind !== 'running' && workspace?.container.kind !== 'paused')
      this.watched.delete(id);
    this.plan();
  }

  /** Looks now and then while something runs that can write. */
  private plan(): void {
    if (this.writing().length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    } else
      this.timer ??= setInterval(() => {
        void this.lookAtAll();
      }, everyMs).unref();
  }

  private writing(): Workspace[] {
    return [...this.watched.keys()].flatMap((id) => {
      const workspace = this.store.get(id);
      return workspace?.container.kind === 'running' && !this.stats.isEmpty(id) ? [workspace] : [];
    });
  }

  private watch(workspace: Workspace, containerId: string): Watched | undefined {
    const { profile: name } = workspace;
    const profile = this.findProfile(name);
    if (!profile) return undefined;
    const { folderGrowthMiB, readOnlyRoot } = profile;
    const { state } = this.engines;
    const folder = this.writtenFolder(workspace);
    const paths = [
      ...(folder === undefined ? [] : [folder]),
      ...(readOnlyRoot || state.kind !== 'connected' ? [] : [state.info.dataFolder]),
    ];
    if (paths.length === 0) return undefined;
    const places = new WritablePlaces({
      paths,
      folder,
      limitBytes: folderGrowthMiB > 0 ? folderGrowthMiB * bytesPerMiB : Infinity,
      writtenBytes: readOnlyRoot ? undefined : () => this.written(containerId),
      disk: this.disk,
    });
    void places.begin();
    return { containerId, places, isMeasuring: false };
  }

  /** The folder itself, or where what is written to a view of it lies; none where it cannot be written. */
  private writtenFolder({ id, folder, mount }: Workspace): string | undefined {
    switch (mount) {
      case 'live':
        return folderPath(folder, this.platform);
      case 'review':
        return this.viewFiles.written(id);
      case 'readonly':
        return undefined;
    }
  }

  /** A profile of the person's own may have gone from the settings while a workspace of it runs on. */
  private findProfile(name: string): Profile | undefined {
    try {
      return this.profileOf(name);
    } catch (error) {
      this.log.warn(`The growth of a workspace is not watched: ${describeError(error)}`);
      return undefined;
    }
  }

  private async written(containerId: string): Promise<number> {
    const engine = await this.engines.get();
    return await engine.writtenBytes(containerId);
  }

  private async lookAtAll(): Promise<void> {
    for (const workspace of this.writing()) {
      const watched = this.watched.get(workspace.id);
      if (!watched || watched.isMeasuring) continue;
      watched.isMeasuring = true;
      try {
        await watched.places.look((hit) => this.report(workspace.id, watched.containerId, hit));
      } catch (error) {
        this.log.debug(`The growth of a workspace could not be measured: ${describeError(error)}`);
      } finally {
        watched.isMeasuring = false;
      }
    }
  }

  private async report(workspaceId: string, containerId: string, hit: DiskHit): Promise<void> {
    await this.reporter.report({
      workspaceId,
      cause: 'diskGrowth',
      severity: 'critical',
      message: sentenceOf(hit),
      subjects: [hit.path],
      occurrence: `${containerId} ${Math.floor(Date.now() / 60_000)}`,
    });
  }
}

function sentenceOf(hit: DiskHit): string {
  switch (hit.cause) {
    case 'low':
      return l10n.t(
        'The disk is nearly full: {0} MiB are free, less than {1}.',
        Math.round(hit.freeBytes / bytesPerMiB),
        leastFreeBytes / bytesPerMiB,
      );
    case 'grown':
      return l10n.t(
        'It wrote {0} MiB to disk since it started; the profile allows {1}.',
        Math.round(hit.grownBytes / bytesPerMiB),
        Math.round(hit.limitBytes / bytesPerMiB),
      );
  }
}
