import type { Entry } from './difference.ts';
import type { DoubtfulFolder } from './doubtfulFolders.ts';
import { isBinary } from './isBinary.ts';
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

  isBinary(file: Entry): boolean {
    const { ino, size, ctimeNs } = file.stats;
    const key = `${ino} ${size} ${ctimeNs} binary`;
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answer = isBinary(file);
    this.remember(key, answer);
    return answer;
  }

  /** A folder that was removed and made anew is another one. */
  async showsBelow(
    folders: readonly DoubtfulFolder[],
    ask: (folders: readonly DoubtfulFolder[]) => Promise<ReadonlyMap<string, boolean>>,
  ): Promise<ReadonlyMap<string, boolean>> {
    const keyOf = ({ path, stats }: DoubtfulFolder) => `${stats.ino} ${stats.birthtimeNs} ${path}`;
    const answers = new Map<string, boolean>();
    const unknown: DoubtfulFolder[] = [];
    for (const folder of folders) {
      const known = this.answers.get(keyOf(folder));
      if (known === undefined) unknown.push(folder);
      else answers.set(folder.path, known);
    }
    if (unknown.length === 0) return answers;
    const found = await ask(unknown);
    for (const folder of unknown) {
      const answer = found.get(folder.path);
      if (answer !== undefined) this.remember(keyOf(folder), answer);
    }
    return new Map([...answers, ...found]);
  }

  private async once(key: string, find: () => Promise<boolean>): Promise<boolean> {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answer = await find();
    this.remember(key, answer);
    return answer;
  }

  private remember(key: string, answer: boolean): void {
    if (this.answers.size >= mostAnswers) this.answers.clear();
    this.answers.set(key, answer);
  }
}
