import * as l10n from '@vscode/l10n';
import { folderPath } from '../../isolation/folderCheck.ts';
import type { Profile, ProfileLookup } from '../../isolation/profiles.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { Disk } from './disk.ts';
import { GrowthWatch, leastFreeBytes } from './growthWatch.ts';
import type { SecurityReporter } from './securityReporter.ts';
import type { StatsWatch } from './statsWatch.ts';
import { bytesPerMiB } from '../../shared/units.ts';

const everyMs = 4000;

interface Watched {
  readonly containerId: string;
  /** One for each disk that is written to: that of the folder, and that of the engine for a writable image. */
  readonly places: readonly { readonly path: string; growth: GrowthWatch | undefined }[];
  readonly folder: string;
  readonly limitBytes: number;
  readonly hasWritableRoot: boolean;
  sinceMs: number;
  writtenAtStart: number;
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
    reporter: Pick<SecurityReporter, 'report'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.stats = parts.stats;
    this.engines = parts.engines;
    this.disk = parts.disk;
    this.profileOf = parts.profileOf;
    this.platform = parts.platform;
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

  private watch({ folder: uri, profile: name, mount }: Workspace, containerId: string): Watched | undefined {
    const profile = this.findProfile(name);
    if (!profile) return undefined;
    const { folderGrowthMiB, readOnlyRoot } = profile;
    const { state } = this.engines;
    const folder = folderPath(uri, this.platform);
    const paths = [
      ...(mount === 'live' ? [folder] : []),
      ...(readOnlyRoot || state.kind !== 'connected' ? [] : [state.info.dataFolder]),
    ];
    if (paths.length === 0) return undefined;
    const watched: Watched = {
      containerId,
      places: paths.map((path) => ({ path, growth: undefined })),
      folder,
      limitBytes: folderGrowthMiB > 0 ? folderGrowthMiB * bytesPerMiB : Infinity,
      hasWritableRoot: !readOnlyRoot,
      sinceMs: Date.now(),
      writtenAtStart: 0,
      isMeasuring: false,
    };
    void this.begin(watched);
    return watched;
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

  private async begin(watched: Watched): Promise<void> {
    for (const place of watched.places) {
      const free = await this.disk.freeBytes(place.path);
      place.growth = free === undefined ? undefined : new GrowthWatch(watched.limitBytes, free);
    }
  }

  private async lookAtAll(): Promise<void> {
    for (const workspace of this.writing()) {
      const watched = this.watched.get(workspace.id);
      if (!watched || watched.isMeasuring) continue;
      watched.isMeasuring = true;
      try {
        await this.look(workspace, watched);
      } catch (error) {
        this.log.debug(`The growth of a workspace could not be measured: ${describeError(error)}`);
      } finally {
        watched.isMeasuring = false;
      }
    }
  }

  private async look({ id }: Workspace, watched: Watched): Promise<void> {
    for (const { path, growth } of watched.places) {
      const free = await this.disk.freeBytes(path);
      if (free === undefined || !growth) continue;
      switch (growth.next(free)) {
        case 'nothing':
          break;
        case 'low':
          await this.report(id, watched, lowSentence(free), path);
          break;
        case 'measure': {
          const grown = await this.measure(watched);
          if (!growth.isOver(grown, free)) break;
          await this.report(id, watched, grownSentence(grown, watched.limitBytes), path);
          await this.startOver(watched);
          return;
        }
      }
    }
  }

  private async measure(watched: Watched): Promise<number> {
    const isLive = watched.places.some(({ path }) => path === watched.folder);
    const inFolder = isLive ? await this.disk.bytesChangedSince(watched.folder, watched.sinceMs) : 0;
    const written = watched.hasWritableRoot ? await this.written(watched) : 0;
    return inFolder + Math.max(0, written - watched.writtenAtStart);
  }

  private async written({ containerId }: Watched): Promise<number> {
    const engine = await this.engines.get();
    return await engine.writtenBytes(containerId);
  }

  /** Whoever resumes the workspace takes what is there for fine: it may grow as much again. */
  private async startOver(watched: Watched): Promise<void> {
    watched.sinceMs = Date.now();
    if (watched.hasWritableRoot) watched.writtenAtStart = await this.written(watched);
    await this.begin(watched);
  }

  private async report(
    workspaceId: string,
    { containerId }: Watched,
    message: string,
    path: string,
  ): Promise<void> {
    await this.reporter.report({
      workspaceId,
      cause: 'diskGrowth',
      severity: 'critical',
      message,
      subjects: [path],
      occurrence: `${containerId} ${Math.floor(Date.now() / 60_000)}`,
    });
  }
}

function lowSentence(freeBytes: number): string {
  return l10n.t(
    'The disk is nearly full: {0} MiB are free, less than {1}.',
    Math.round(freeBytes / bytesPerMiB),
    leastFreeBytes / bytesPerMiB,
  );
}

function grownSentence(grownBytes: number, limitBytes: number): string {
  return l10n.t(
    'It wrote {0} MiB to disk since it started; the profile allows {1}.',
    Math.round(grownBytes / bytesPerMiB),
    Math.round(limitBytes / bytesPerMiB),
  );
}
