import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { entryStateSchema } from './entryState.ts';
import { isMissing } from './fileErrors.ts';

const stepSchema = z.strictObject({
  step: z.literal('change'),
  path: z.string(),
  /** The name of what was prepared beside the path, and of the copy of the file that was there before. */
  draft: z.string(),
  before: entryStateSchema,
  after: entryStateSchema,
  /** A person made it of a conflict: what the workspace has there is still older than what the folder had. */
  merged: z.optional(z.literal(true)),
});
const lineSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('begin'), owner: z.int(), at: z.string() }),
  z.strictObject({ step: z.literal('prepare'), path: z.string(), draft: z.string() }),
  stepSchema,
  z.strictObject({ step: z.literal('done') }),
]);

type Line = z.output<typeof lineSchema>;

/** One path that was changed, or was about to be. */
export type JournalStep = z.output<typeof stepSchema>;

/** What an accept did to the folder, or was about to do. */
export interface JournalContent {
  /** The number of the process that did it. */
  readonly owner: number;
  readonly at: string;
  readonly steps: readonly JournalStep[];
  /** What may still lie beside its path. */
  readonly drafts: readonly { readonly path: string; readonly draft: string }[];
  readonly isDone: boolean;
}

/** Writes down each step of an accept before it is taken, so that all of them can be undone by whoever comes next. */
export class AcceptJournal {
  readonly folder: string;
  private file: FileHandle | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Begins a new one, in place of the last, in the folder in which what belongs to a view is kept. */
  static async begin(own: string, owner: number): Promise<AcceptJournal> {
    const journal = AcceptJournal.of(own);
    await rm(journal.folder, { recursive: true, force: true });
    await mkdir(journal.folder, { mode: 0o700 });
    journal.file = await open(journal.path, 'a', 0o600);
    await journal.write({ step: 'begin', owner, at: new Date().toISOString() });
    return journal;
  }

  static of(own: string): AcceptJournal {
    return new AcceptJournal(join(own, 'accept'));
  }

  /** Where the copy of a file is, by the name of its draft. */
  backup(draft: string): string {
    return join(this.folder, draft);
  }

  /** Gives a name that nothing in the folder has, and notes that there will be something with it. */
  async draftFor(path: string): Promise<string> {
    const draft = `.cordon-${randomBytes(12).toString('hex')}`;
    await this.write({ step: 'prepare', path, draft });
    return draft;
  }

  async change(step: Omit<JournalStep, 'step'>): Promise<void> {
    await this.write({ step: 'change', ...step });
  }

  async done(): Promise<void> {
    await this.write({ step: 'done' });
  }

  /** To be called when no more is written to it. */
  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  /** What it says; `undefined` where there is none. A last line that was cut off was about something that never began. */
  async read(): Promise<JournalContent | undefined> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    const lines = (text ?? '')
      .split('\n')
      .slice(0, -1)
      .map((line) => z.parse(lineSchema, JSON.parse(line)));
    const [begin] = lines;
    if (begin?.step !== 'begin') return undefined;
    return {
      owner: begin.owner,
      at: begin.at,
      steps: lines.filter((line) => line.step === 'change'),
      drafts: lines.filter((line) => line.step === 'prepare'),
      isDone: lines.some((line) => line.step === 'done'),
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get path(): string {
    return join(this.folder, 'journal');
  }

  private async write(line: Line): Promise<void> {
    await this.file?.appendFile(`${JSON.stringify(line)}\n`);
  }
}
