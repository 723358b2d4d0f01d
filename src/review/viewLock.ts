import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/** Who takes a lock: a process, and how to tell whether another one still lives. */
export interface LockOwner {
  readonly owner: number;
  readonly isAlive: (owner: number, sinceMs?: number) => boolean;
}

/** So long two windows that take a lock over at once wait for each other. */
const takeoverMs = 50;

/** Runs `work` while no other window changes anything of a view, or what the file `name` stands for. Rejects with `ViewInUse` where one does. */
export async function whileLocked<T>(
  own: string,
  who: LockOwner,
  work: () => Promise<T>,
  name = 'lock',
): Promise<T> {
  const file = join(own, name);
  await take(file, who);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string, { owner, isAlive }: LockOwner): Promise<void> {
  try {
    await writeFile(file, String(owner), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    const taken = await stat(file).catch(() => undefined);
    if (taken && holder !== owner && isAlive(holder, taken.mtimeMs)) throw new ViewInUse();
    await writeFile(file, String(owner));
    // Another one may take it over at the same moment: whoever wrote last has it.
    await delay(takeoverMs);
    if (Number(await readFile(file, 'utf8').catch(() => '')) !== owner) throw new ViewInUse();
  }
}

/** Another window is at work on the view. */
export class ViewInUse extends CordonError {
  constructor() {
    super(
      'conflict',
      l10n.t('Another window is just accepting or discarding changes of this workspace. Try again.'),
    );
  }
}
