import * as l10n from '@vscode/l10n';
import { describeError } from '../shared/describeError.ts';
import type { Disposable } from '../shared/disposable.ts';
import { Emitter, type Event } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** What can happen to the safety of a workspace. */
export type SecurityCause =
  /** A protected path was made or changed in the folder by something other than this VS Code. */
  | 'protectedPath'
  /** A hidden path came up in the folder while a container that could read it runs. */
  | 'hiddenPath'
  /** The host replaced a file over which the container had its protection. */
  | 'protectionLost'
  | 'memoryKill'
  | 'memoryNearLimit'
  | 'pidsLimit'
  | 'cpuThrottled'
  | 'diskGrowth'
  /** A process that no Cordon started. */
  | 'foreignExec'
  | 'foreignNetwork'
  | 'foreignUpdate'
  | 'rootProcess'
  /** The proxy of a filtered network ended by itself, or was ended, or keeps to old rules for the new ones cannot be used. */
  | 'cutOff'
  | 'isolationNotHeld'
  | 'panic';

/** One line of the security log of a workspace. */
export interface SecurityEntry {
  readonly workspaceId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly cause: SecurityCause;
  readonly severity: 'info' | 'warning' | 'critical';
  /** One sentence. What it names (paths, commands) is hostile input: show it inert. */
  readonly message: string;
  /** Paths relative to the folder, or other names that the sentence is about. */
  readonly subjects: readonly string[];
}

/** The log of one workspace, as a whole. */
export interface KeptSecurityLog {
  readonly workspaceId: string;
  readonly sizeBytes: number;
  /** Of its last line, ISO 8601, UTC. */
  readonly writtenAt: string;
}

/** Keeps the lines of each workspace across restarts. */
export interface SecurityLogStorage {
  append(entry: SecurityEntry): Promise<void>;
  /** Oldest first; what cannot be read is left out. */
  read(workspaceId: string): Promise<readonly SecurityEntry[]>;
  remove(workspaceId: string): Promise<void>;
  /** Every log that is kept. */
  list(): Promise<readonly KeptSecurityLog[]>;
}

/** Lines of one cause that a workspace may add in ten minutes: nobody inside can flood what came before out of the log. */
const linesPerWindow = 20;
const windowMs = 600_000;

/** What happened to the safety of each workspace: kept in a log until the workspace is gone, and told to whoever listens. */
export class SecurityLog implements Disposable {
  private readonly storage: SecurityLogStorage;
  private readonly entries = new Emitter<SecurityEntry>();
  private readonly subscription: Disposable;
  /** By workspace and cause: when the window began, and the lines in it. */
  private readonly windows = new Map<string, { readonly sinceMs: number; lines: number }>();

  readonly onDidRecord: Event<SecurityEntry> = this.entries.event;

  constructor(
    storage: SecurityLogStorage,
    store: Pick<WorkspaceStore, 'onDidChange'>,
    log: Pick<Log, 'warn'>,
  ) {
    this.storage = storage;
    this.subscription = store.onDidChange(({ id, current }) => {
      if (current) return;
      this.remove(id).catch((error: unknown) => {
        log.warn(`A security log could not be removed: ${describeError(error)}`);
      });
    });
  }

  /** Tells first: a log that cannot be written hides nothing. Rejects with `storageFailed`. */
  async record(entry: Omit<SecurityEntry, 'at'>): Promise<void> {
    const now = new Date();
    const line = this.lineOf(entry.workspaceId, entry.cause, now.getTime());
    if (line > linesPerWindow) return;
    const complete = { ...entry, at: now.toISOString() };
    this.entries.fire(complete);
    await this.storage.append(complete);
    if (line === linesPerWindow)
      await this.storage.append({
        ...complete,
        message: l10n.t('More of the same is not written for ten minutes.'),
        subjects: [],
      });
  }

  /** Oldest first. */
  read(workspaceId: string): Promise<readonly SecurityEntry[]> {
    return this.storage.read(workspaceId);
  }

  /** Every log that is kept, those of workspaces that are gone included. */
  list(): Promise<readonly KeptSecurityLog[]> {
    return this.storage.list();
  }

  remove(workspaceId: string): Promise<void> {
    for (const key of this.windows.keys()) if (key.startsWith(`${workspaceId} `)) this.windows.delete(key);
    return this.storage.remove(workspaceId);
  }

  dispose(): void {
    this.subscription.dispose();
    this.entries.dispose();
  }

  /** Which line of its window this would be. */
  private lineOf(workspaceId: string, cause: SecurityCause, nowMs: number): number {
    const key = `${workspaceId} ${cause}`;
    const current = this.windows.get(key);
    const window = current && nowMs - current.sinceMs < windowMs ? current : { sinceMs: nowMs, lines: 0 };
    this.windows.set(key, window);
    return ++window.lines;
  }
}
