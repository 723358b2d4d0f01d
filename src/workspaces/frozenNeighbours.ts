import { isAbsolute, relative, sep } from 'node:path';
import { describeError } from '../shared/describeError.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, ManagedContainer } from './containerEngine.ts';
import { parseLabelRecord } from './workspaceRecord.ts';

type Engine = Pick<ContainerEngine, 'listContainers' | 'pauseContainer' | 'resumeContainer'>;

/** Holds the containers still that could change a folder, while something is done that trusts it to stay as it is. */
export class FrozenNeighbours {
  /** The folder of a record, with its symbolic links resolved; rejects where that cannot be told. */
  private readonly resolveFolder: (folderUri: string) => Promise<string>;
  /** False for one that Panic froze meanwhile. */
  private readonly mayGoOn: (workspaceId: string) => boolean;
  private readonly log: Log;
  private readonly rounds = new Set<ManagedContainer[]>();

  constructor(parts: {
    resolveFolder: (folderUri: string) => Promise<string>;
    mayGoOn: (workspaceId: string) => boolean;
    log: Log;
  }) {
    this.resolveFolder = parts.resolveFolder;
    this.mayGoOn = parts.mayGoOn;
    this.log = parts.log;
  }

  /** Runs `work`, which is told whether there was anybody to hold, and lets them go on after it. */
  async during<T>(
    engine: Engine,
    { folder, except }: { readonly folder: string; readonly except: string },
    work: (heldSome: boolean) => Promise<T>,
  ): Promise<T> {
    const held: ManagedContainer[] = [];
    this.rounds.add(held);
    try {
      for (const container of await engine.listContainers()) {
        const isRunning = container.state.kind === 'running' && container.workspaceId !== except;
        if (!isRunning || !(await this.couldChange(container, folder))) continue;
        held.push(container);
        await engine.pauseContainer(container.id);
      }
      return await work(held.length > 0);
    } finally {
      this.rounds.delete(held);
      for (const { id, name, workspaceId } of held)
        if (this.mayGoOn(workspaceId))
          await engine.resumeContainer(id).catch((error: unknown) => {
            this.log.warn(`${name} was held still for a moment and could not go on: ${describeError(error)}`);
          });
    }
  }

  /** Whoever was paused meanwhile for a reason of their own stays so. */
  keep(workspaceId: string): void {
    for (const held of this.rounds) {
      const index = held.findIndex((container) => container.workspaceId === workspaceId);
      if (index >= 0) held.splice(index, 1);
    }
  }

  /** Whatever cannot be told apart from a neighbour is taken for one. */
  private async couldChange(container: ManagedContainer, folder: string): Promise<boolean> {
    try {
      const record = parseLabelRecord(container.record);
      if (record.mount === 'readonly') return false;
      const other = await this.resolveFolder(record.folder);
      return isAtOrBelow(other, folder) || isAtOrBelow(folder, other);
    } catch {
      return true;
    }
  }
}

function isAtOrBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
