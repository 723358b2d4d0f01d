import type { BigIntStats } from 'node:fs';
import type { Entry } from './changeWalk.ts';
import { isText } from './pathBytes.ts';
import { isSameContent } from './sameContent.ts';

/** More answers than this are not remembered. */
const mostAnswers = 500_000;

/** What comparisons of one workspace found, so that a list that is made again asks only about what changed. */
export class Comparisons {
  private readonly answers = new Map<string, boolean>();

  /** By what every change of either file changes. */
  isSame(upper: Entry, lower: Entry): Promise<boolean> {
    const key = [upper, lower].map(({ stats }) => `${stats.ino} ${stats.size} ${stats.ctimeNs}`).join('/');
    return this.once(key, () => isSameContent(upper, lower));
  }

  /** A folder that was removed and made anew is another one. A path that an engine cannot be told of counts as shown. */
  isShown(path: string, folder: BigIntStats, ask: () => Promise<boolean>): Promise<boolean> {
    if (!isText(path)) return Promise.resolve(true);
    return this.once(`${folder.ino} ${folder.birthtimeNs} ${path}`, ask);
  }

  private async once(key: string, find: () => Promise<boolean>): Promise<boolean> {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answer = await find();
    if (this.answers.size >= mostAnswers) this.answers.clear();
    this.answers.set(key, answer);
    return answer;
  }
}
