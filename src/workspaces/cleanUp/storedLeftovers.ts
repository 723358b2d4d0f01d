import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../../shared/errors.ts';
import type { Quarantine } from '../folders/quarantine.ts';
import type { Disk } from '../monitor/disk.ts';
import type { SecurityLog } from '../securityLog.ts';
import { storageKeys } from '../recordStorage.ts';
import type { WorkspaceStorage } from '../workspaceStorage.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { CleanUpItem, CleanUpSource } from './cleanUpItem.ts';

const setAside = z.object({ reason: z.string(), at: z.string(), value: z.unknown() });

/** Stored entries that could not be read as workspaces and were set aside. */
export class SetAsideRecords implements CleanUpSource {
  readonly kinds = ['record'] as const;
  private readonly storage: WorkspaceStorage;
  /** One after the other, for each writes all that stay. */
  private removing: Promise<void> = Promise.resolve();

  constructor(storage: WorkspaceStorage) {
    this.storage = storage;
  }

  find(): Promise<readonly CleanUpItem[]> {
    const items = this.entries().map((entry): CleanUpItem => {
      const { data } = setAside.safeParse(entry);
      return {
        kind: 'record',
        id: idOf(entry),
        name: nameOf(data?.value) ?? data?.reason ?? l10n.t('unreadable'),
        sizeBytes: JSON.stringify(entry).length,
        at: data?.at,
      };
    });
    return Promise.resolve([...new Map(items.map((item) => [item.id, item])).values()]);
  }

  remove({ id }: CleanUpItem): Promise<void> {
    this.removing = this.removing.catch(() => undefined).then(() => this.removeOne(id));
    return this.removing;
  }

  private async removeOne(id: string): Promise<void> {
    const kept = this.entries().filter((entry) => idOf(entry) !== id);
    await this.storage.write(storageKeys.quarantine, kept.length === 0 ? undefined : kept);
  }

  private entries(): readonly unknown[] {
    const stored = this.storage.read(storageKeys.quarantine);
    return Array.isArray(stored) ? stored : [];
  }
}

/** What was moved out of folders. */
export class MovedAwayFiles implements CleanUpSource {
  readonly kinds = ['movedAway'] as const;
  private readonly quarantine: Pick<Quarantine, 'list' | 'remove'>;
  private readonly disk: Pick<Disk, 'bytesChangedSince'>;

  constructor(quarantine: Pick<Quarantine, 'list' | 'remove'>, disk: Pick<Disk, 'bytesChangedSince'>) {
    this.quarantine = quarantine;
    this.disk = disk;
  }

  async find(): Promise<readonly CleanUpItem[]> {
    return await Promise.all(
      (await this.quarantine.list()).map(async ({ id, from, path, at }) => ({
        kind: 'movedAway' as const,
        id,
        name: from,
        sizeBytes: await this.disk.bytesChangedSince(dirname(path), 0),
        at,
      })),
    );
  }

  async remove({ id }: CleanUpItem): Promise<void> {
    await this.quarantine.remove(id);
  }
}

/** Security logs that outlived their workspace. */
export class OldSecurityLogs implements CleanUpSource {
  readonly kinds = ['securityLog'] as const;
  private readonly store: Pick<WorkspaceStore, 'has' | 'syncFromStorage'>;
  private readonly securityLog: Pick<SecurityLog, 'list' | 'remove'>;
  private readonly ageMs: () => number;

  constructor(
    store: Pick<WorkspaceStore, 'has' | 'syncFromStorage'>,
    securityLog: Pick<SecurityLog, 'list' | 'remove'>,
    ageMs: () => number,
  ) {
    this.store = store;
    this.securityLog = securityLog;
    this.ageMs = ageMs;
  }

  async find(): Promise<readonly CleanUpItem[]> {
    const logs = await this.securityLog.list();
    this.store.syncFromStorage();
    return logs
      .filter(({ workspaceId }) => !this.store.has(workspaceId))
      .filter(({ writtenAt }) => Date.now() - Date.parse(writtenAt) >= this.ageMs())
      .map(({ workspaceId, sizeBytes, writtenAt }) => ({
        kind: 'securityLog' as const,
        id: workspaceId,
        name: workspaceId,
        sizeBytes,
        at: writtenAt,
      }));
  }

  async remove({ id, name }: CleanUpItem): Promise<void> {
    this.store.syncFromStorage();
    if (this.store.has(id))
      throw new CordonError('conflict', l10n.t('The workspace "{0}" is used again.', name));
    await this.securityLog.remove(id);
  }
}

function idOf(entry: unknown): string {
  return createHash('sha256').update(JSON.stringify(entry)).digest('hex');
}

/** The name that a workspace had, where so much can be read. */
function nameOf(value: unknown): string | undefined {
  return z.safeParse(z.object({ name: z.string() }), value).data?.name;
}
