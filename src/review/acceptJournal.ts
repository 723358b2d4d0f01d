import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './fileErrors.ts';
import { parseJournal, type JournalContent, type JournalLine, type JournalStep } from './journalLines.ts';
import { writeAt } from './writeAt.ts';

/** Writes down each step of an accept before it is taken, so that all of them can be undone by whoever comes next. */
export class AcceptJournal {
  readonly folder: string;
  /** When it was begun here, ISO 8601, UTC, which tells it from others. */
  readonly at: string | undefined;
  private file: FileHandle | undefined;
  /** So much of the file is whole lines. */
  private bytes = 0;
  private waiting: JournalLine[] = [];
  /** Writes all that waits, once what is being written is. */
  private next: Promise<void> | undefined;
  private last = Promise.resolve();

  private constructor(own: string, at?: string) {
    this.folder = join(own, 'accept');
    this.at = at;
  }

  /** Begins a new one, in place of the last, in the folder in which what belongs to a view is kept. */
  static async begin(own: string, owner: number): Promise<AcceptJournal> {
    const at = new Date().toISOString();
    const journal = new AcceptJournal(own, at);
    await journal.remove();
    await mkdir(journal.folder, { mode: 0o700 });
    await journal.open();
    try {
      await journal.write({ step: 'begin', owner, at });
    } catch (error) {
      await journal.close();
      await journal.remove();
      throw error;
    }
    return journal;
  }

  static of(own: string): AcceptJournal {
    return new AcceptJournal(own);
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

  /** Notes that a folder is opened to be written into, and which mode it is to have again. */
  async opening(path: string, mode: number): Promise<void> {
    if (!this.file) await this.open();
    await this.write({ step: 'open', path, mode });
  }

  async change(step: Omit<JournalStep, 'step'>): Promise<void> {
    await this.write({ step: 'change', ...step });
  }

  async done(): Promise<void> {
    await this.write({ step: 'done' });
  }

  /** Notes that it is being undone: whoever comes next goes on with that. */
  async undo(owner: number): Promise<void> {
    await this.open();
    try {
      await this.write({ step: 'undo', owner, at: new Date().toISOString() });
    } finally {
      await this.close();
    }
  }

  /** To be called when no more is written to it. */
  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  /** What it says; `undefined` where there is none. */
  async read(): Promise<JournalContent | undefined> {
    return parseJournal((await this.content()).toString());
  }

  /** Nothing is left to undo once the first step of this is taken. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.folder, { recursive: true, force: true });
  }

  private get path(): string {
    return join(this.folder, 'journal');
  }

  private async content(): Promise<Buffer> {
    return await readFile(this.path).catch((error: unknown) => {
      if (isMissing(error)) return Buffer.alloc(0);
      throw error;
    });
  }

  /** Whatever was cut off after its last whole line goes. */
  private async open(): Promise<void> {
    this.bytes = (await this.content()).lastIndexOf('\n') + 1;
    this.file = await open(this.path, constants.O_CREAT | constants.O_WRONLY, 0o600);
    await this.file.truncate(this.bytes);
  }

  /** Writes lines one after the other, and those that come up meanwhile at once: a disk takes long to say that it has them. */
  private write(line: JournalLine): Promise<void> {
    this.waiting.push(line);
    this.next ??= this.last.then(() => {
      this.next = undefined;
      return this.append(this.waiting.splice(0));
    });
    this.last = this.next.catch(() => undefined);
    return this.next;
  }

  private async append(lines: readonly JournalLine[]): Promise<void> {
    const content = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    try {
      if (this.file) await writeAt(this.file, this.bytes, content);
      await this.file?.datasync();
    } catch (error) {
      await this.file?.truncate(this.bytes);
      throw error;
    }
    this.bytes += content.length;
  }
}
