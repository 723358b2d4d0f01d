import type { Entry } from './difference.ts';
import type { DoubtfulFolder } from './doubtfulFolders.ts';
import { isBinary } from './isBinary.ts';
import { isSameContent } from './sameContent.ts';

/** More answers than this are not remembered. */
const mostAnswers = 500_000;

/** Kernels write pages to the disk within half a minute; without a disk they may not. */
const settledMs = 60_000;

/** What comparisons of one workspace found, so that a list that is made again asks only about what changed. */
export class Comparisons {
  private readonly answers = new Map<string, boolean>();
  private readonly binary = new Map<string, boolean>();
  /** Answers about files that had just been changed, and were the same as those of the folder. */
  private readonly early = new Set<string>();

  /** By what every change of either file changes. */
  async isSame(upper: Entry, lower: Entry): Promise<boolean> {
    const key = [upper, lower].map(({ stats }) => `${stats.ino} ${stats.size} ${stats.ctimeNs}`).join('/');
    const known = this.answers.get(key);
    if (known !== undefined && !(this.early.has(key) && isSettled(upper))) return known;
    this.early.delete(key);
    const answer = await isSameContent(upper, lower);
    if (this.early.size >= mostAnswers) this.forgetEarly();
    if (answer && !isSettled(upper)) this.early.add(key);
    remember(this.answers, key, answer);
    return answer;
  }

  isBinary(file: Entry): boolean {
    const { ino, size, ctimeNs } = file.stats;
    const key = `${ino} ${size} ${ctimeNs}`;
    const known = this.binary.get(key);
    if (known !== undefined) return known;
    const answer = isBinary(file);
    remember(this.binary, key, answer);
    return answer;
  }

  /** Has every file be looked at anew for whether it is text, and the same after all: `withSettledFile` says why. */
  forgetEarly(): void {
    this.binary.clear();
    for (const key of this.early) this.answers.delete(key);
    this.early.clear();
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
      if (answer !== undefined) remember(this.answers, keyOf(folder), answer);
    }
    return new Map([...answers, ...found]);
  }
}

/** Until a page is on the disk, a process that has the file mapped can store more into it without changing its time. */
function isSettled({ stats }: Entry): boolean {
  return Date.now() - Number(stats.ctimeMs) > settledMs;
}

function remember(answers: Map<string, boolean>, key: string, answer: boolean): void {
  if (answers.size >= mostAnswers) answers.clear();
  answers.set(key, answer);
}
