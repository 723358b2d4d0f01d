import type { Disk } from '../../src/workspaces/monitor/disk.ts';
import type { SleepNote, SleepNotes } from '../../src/workspaces/idle/sleepNotes.ts';
import type { SharedMarks } from '../../src/workspaces/monitor/sharedMarks.ts';
import type { KeptSecurityLog, SecurityEntry, SecurityLogStorage } from '../../src/workspaces/securityLog.ts';

/** Security logs in memory. */
export class MemorySecurityLogStorage implements SecurityLogStorage {
  entries: SecurityEntry[] = [];

  append(entry: SecurityEntry): Promise<void> {
    this.entries.push(entry);
    return Promise.resolve();
  }

  read(workspaceId: string): Promise<readonly SecurityEntry[]> {
    return Promise.resolve(this.entries.filter((entry) => entry.workspaceId === workspaceId));
  }

  list(): Promise<readonly KeptSecurityLog[]> {
    const ids = new Set(this.entries.map(({ workspaceId }) => workspaceId));
    return Promise.resolve(
      [...ids].map((workspaceId) => {
        const own = this.entries.filter((entry) => entry.workspaceId === workspaceId);
        return { workspaceId, sizeBytes: own.length * 100, writtenAt: own.at(-1)!.at };
      }),
    );
  }

  remove(workspaceId: string): Promise<void> {
    this.entries = this.entries.filter((entry) => entry.workspaceId !== workspaceId);
    return Promise.resolve();
  }
}

/** Marks in memory; handed to several cores they stand for several windows. */
export class MemoryMarks implements SharedMarks {
  private readonly names = new Set<string>();

  leave(name: string): Promise<boolean> {
    const isNew = !this.names.has(name);
    this.names.add(name);
    return Promise.resolve(isNew);
  }

  has(name: string): Promise<boolean> {
    return Promise.resolve(this.names.has(name));
  }
}

/** Notes of closing windows in memory; handed to several cores they stand for several windows. */
export class MemorySleepNotes implements SleepNotes {
  private readonly notes = new Map<string, SleepNote>();

  leave(note: SleepNote): Promise<void> {
    this.notes.set(note.workspaceId, note);
    return Promise.resolve();
  }

  forget(workspaceId: string): Promise<void> {
    this.notes.delete(workspaceId);
    return Promise.resolve();
  }

  take(): Promise<readonly SleepNote[]> {
    const taken = [...this.notes.values()];
    this.notes.clear();
    return Promise.resolve(taken);
  }
}

/** A disk of which a test says how full it is. */
export class FakeDisk implements Disk {
  free: number | undefined = 100 * 1024 ** 3;
  changed = 0;
  measured = 0;

  freeBytes(): Promise<number | undefined> {
    return Promise.resolve(this.free);
  }

  bytesChangedSince(): Promise<number> {
    this.measured++;
    return Promise.resolve(this.changed);
  }
}
