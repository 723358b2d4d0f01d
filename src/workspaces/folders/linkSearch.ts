import { describeError } from '../../shared/describeError.ts';
import type { Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import { scanLinks, type LinkScan } from './linkScan.ts';

/** Counts the links of folders in the background, once for each: it looks at every file. */
export class LinkSearch implements Disposable {
  private readonly log: Log;
  private readonly found = new Map<string, LinkScan>();
  private readonly searched = new Set<string>();
  private readonly ended = new AbortController();

  constructor(log: Log) {
    this.log = log;
  }

  search(root: string): void {
    if (this.searched.has(root)) return;
    this.searched.add(root);
    scanLinks(root, this.ended.signal).then(
      (links) => {
        this.found.set(root, links);
      },
      (error: unknown) => {
        if (!this.ended.signal.aborted)
          this.log.warn(`The links of a folder were not counted: ${describeError(error)}`);
      },
    );
  }

  /** What was found; nothing as long as the search goes on. */
  of(root: string): LinkScan | undefined {
    return this.found.get(root);
  }

  dispose(): void {
    this.ended.abort();
  }
}
