import type { AcceptJournal } from './acceptJournal.ts';
import { withFolderAt, type OpenFolder } from './openFolder.ts';
import { namesOf } from './pathBytes.ts';
import { isClosed, openedMode } from './putEntry.ts';

/** A folder that is open for now. */
interface Opened {
  /** So many write into it, or are about to. */
  users: number;
  readonly ready: Promise<void>;
  /** Gives it its mode again. To be called once nobody writes into it. */
  close: () => void;
}

/**
 * Opens folders that the person closed to themselves, such as one of the mode 0555, for as long as something is written into
 * them. Each is noted before that, so that whoever comes next can close it.
 */
export class ClosedFolders {
  private readonly journal: Pick<AcceptJournal, 'opening'>;
  private readonly noted: Map<string, number>;
  private readonly opened = new Map<string, Opened>();

  /** `noted`: the modes of folders that the journal tells already, by their paths. */
  constructor(journal: Pick<AcceptJournal, 'opening'>, noted: ReadonlyMap<string, number> = new Map()) {
    this.journal = journal;
    this.noted = new Map(noted);
  }

  /** Runs `work`, which writes into the folder around a path. */
  async whileOpen(path: string, folder: OpenFolder, work: () => Promise<void>): Promise<void> {
    const key = `${folder.stats.dev} ${folder.stats.ino}`;
    const opened = this.opened.get(key) ?? (isOwnAndClosed(folder) ? this.begin(path, folder) : undefined);
    if (!opened) {
      await work();
      return;
    }
    this.opened.set(key, opened);
    opened.users += 1;
    try {
      await opened.ready;
      await work();
    } finally {
      opened.users -= 1;
      // Whoever comes next must find it either noted here or closed: nothing is waited for in between.
      if (opened.users === 0) {
        this.opened.delete(key);
        opened.close();
      }
    }
  }

  private begin(path: string, folder: OpenFolder): Opened {
    const mode = folder.mode();
    const open = async () => {
      // Whoever opened the folder may be done with it before others are.
      const held = await folder.again();
      opened.close = () => {
        try {
          closeAgain(held, mode);
        } catch (error) {
          throw new StaysOpen('A folder could not be given its mode again.', { cause: error });
        } finally {
          held.close();
        }
      };
      await this.note(folderOf(path), mode);
      held.setMode(openedMode(mode));
    };
    const opened: Opened = { users: 0, ready: open(), close: () => undefined };
    return opened;
  }

  private async note(path: string, mode: number): Promise<void> {
    if (this.noted.get(path) === mode) return;
    await this.journal.opening(path, mode);
    this.noted.set(path, mode);
  }
}

/** Gives a folder below `root` that may have been left open its mode again. */
export async function closeLeftOpen(root: OpenFolder, path: string, mode: number): Promise<void> {
  if (path === '') closeAgain(root, mode);
  else
    await withFolderAt(root, namesOf(path), (folder) => {
      closeAgain(folder, mode);
      return Promise.resolve();
    });
}

/** What somebody else made of its mode meanwhile stays. */
function closeAgain(folder: OpenFolder, mode: number): void {
  if (folder.mode() === openedMode(mode)) folder.setMode(mode);
}

/** That is no matter of one change: all of them are taken back. */
class StaysOpen extends Error {}

/** Runs `work`, which writes into a folder of a view, whatever its mode, which it has again afterwards. */
export async function whileOpened<T>(folder: OpenFolder, work: () => Promise<T>): Promise<T> {
  if (!isOwnAndClosed(folder)) return await work();
  const mode = folder.mode();
  folder.setMode(openedMode(mode));
  try {
    return await work();
  } finally {
    folder.setMode(mode);
  }
}

/** Root writes anywhere, and nobody else may give a folder of another user a mode. */
function isOwnAndClosed(folder: OpenFolder): boolean {
  const user = process.getuid?.() ?? 0;
  if (user === 0 || Number(folder.stats.uid) !== user) return false;
  const mode = folder.mode();
  if (!isClosed(mode)) return false;
  // The kernel takes the group's bit away from whoever is not in that group, and does not give it back.
  return (mode & 0o2000) === 0 || process.getgroups?.().includes(Number(folder.stats.gid)) === true;
}

/** The path of the folder around a path. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
