import type { WorkspaceRecord } from '../workspaceRecord.ts';
import { BackOff } from './backOff.ts';

/** Another window, which has the folder open, is the first to act. */
const elsewhereMs = 4000;

/** How long to wait before something is brought back that ends by itself. */
export class Revivals {
  private readonly isOpenHere: (folderUri: string) => boolean;
  private readonly backOff = new BackOff();
  /** Since when each is seen as ended. */
  private readonly endedMs = new Map<string, number>();

  constructor(isOpenHere: (folderUri: string) => boolean) {
    this.isOpenHere = isOpenHere;
  }

  /** It is brought back now. */
  count(id: string): void {
    this.backOff.count(id);
  }

  /** It was seen, and has not ended. */
  isUp(id: string): void {
    this.endedMs.delete(id);
  }

  /** How long to wait for what is seen as ended. */
  restMs({ id, folder }: Pick<WorkspaceRecord, 'id' | 'folder'>): number {
    const nowMs = performance.now();
    const endedMs = this.endedMs.get(id) ?? nowMs;
    this.endedMs.set(id, endedMs);
    return Math.max(this.isOpenHere(folder) ? 0 : endedMs + elsewhereMs - nowMs, this.backOff.restMs(id));
  }
}
