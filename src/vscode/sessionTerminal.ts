import * as vscode from 'vscode';
import type { Disposable } from '../shared/disposable.ts';
import { DisposableStore } from '../shared/disposable.ts';
import type { Log } from '../shared/log.ts';
import type { HostPathsInOutput } from '../workspaces/inside/hostPathsInOutput.ts';
import type { Session, SessionRequest } from '../workspaces/session.ts';
import { withoutControlCharacters } from './format.ts';
import type { ProgressOptions } from './progress.ts';
import { SafeSequences } from './safeSequences.ts';
import { forwardText } from './terminalOutput.ts';

/** How a session in a terminal came to its end. */
export type SessionEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Ended from outside: the person cancelled it or closed the terminal. */
  | { readonly kind: 'ended' };

/** A workspace and a folder in its container. */
export interface TerminalPlace {
  readonly workspaceId: string;
  readonly cwd: string;
}

/** Starts the process of a terminal of the given size. */
export type OpenSession = (terminal: NonNullable<SessionRequest['terminal']>) => Promise<Session>;

/** A terminal of VS Code on one process in a container. */
export class SessionTerminal implements vscode.Pseudoterminal, Disposable {
  private readonly store = new DisposableStore();
  private readonly writes = this.store.add(new vscode.EventEmitter<string>());
  private readonly closes = this.store.add(new vscode.EventEmitter<number>());
  private readonly log: Pick<Log, 'debug' | 'warn'>;
  private size = { columns: 80, rows: 24 };
  private session: Session | undefined;
  private isEndWanted = false;
  private isLeft = false;
  private isShut = false;
  private answer: ((isEnter: boolean) => void) | undefined;
  private starting: AbortController | undefined;

  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;

  constructor(log: Pick<Log, 'debug' | 'warn'>) {
    this.log = log;
  }

  /** Where its programs run; set by the maker of the terminal, and followed as far as its shell tells. */
  place: TerminalPlace | undefined;

  /** Runs once the terminal is shown; set by the maker of the terminal. */
  onOpen: () => void = () => undefined;

  /** Whether a process that can goes on after the terminal was closed; set by the maker of the terminal. */
  outlives: () => Promise<boolean> = () => Promise.resolve(false);

  /** True once the person closed the terminal. */
  get isClosed(): boolean {
    return this.isShut;
  }

  /** True once its window went, while its process goes on for the next one. */
  get goesOn(): boolean {
    return this.isLeft;
  }

  open(initial: vscode.TerminalDimensions | undefined): void {
    if (initial) this.size = { columns: initial.columns, rows: initial.rows };
    this.onOpen();
  }

  /** Brings up what the process needs, with its steps as lines; Ctrl+C and the end of the terminal break that off. */
  async whileStarting<T>(start: (options: ProgressOptions) => Promise<T>): Promise<T> {
    const starting = new AbortController();
    this.starting = starting;
    if (this.isEndWanted) starting.abort();
    let last = '';
    const onProgress = (step: string) => {
      if (step !== last) this.say(step);
      last = step;
    };
    try {
      return await start({ signal: starting.signal, onProgress });
    } finally {
      this.starting = undefined;
    }
  }

  /** Starts the process and shows its output until it ends, with paths as this machine has them where it is told to. */
  async run(openSession: OpenSession, paths?: HostPathsInOutput): Promise<SessionEnd> {
    try {
      const session = await openSession(this.size);
      this.session = session;
      session.stdin.on('error', this.note);
      session.exitCode.catch(this.note);
      if (this.isEndWanted) await this.end();
      else void session.resize(this.size.columns, this.size.rows).catch(this.note);
      const safe = new SafeSequences((cwd) => {
        if (this.place) this.place = { ...this.place, cwd };
      });
      await forwardText(
        session.stdout,
        (text) => {
          const shown = safe.filter(text);
          if (shown !== '') this.writes.fire(shown);
        },
        paths,
      );
      const code = await session.exitCode;
      return this.endFromOutside() ?? { kind: 'exited', code };
    } catch (error) {
      return this.endFromOutside() ?? { kind: 'failed', error };
    } finally {
      this.session = undefined;
    }
  }

  handleInput(data: string): void {
    if (this.session) {
      if (this.session.stdin.writable) this.session.stdin.write(data);
    } else if (data === '\r' || data === '\u0003') {
      this.answer?.(data === '\r');
      if (data === '\u0003') this.starting?.abort();
    }
  }

  setDimensions({ columns, rows }: vscode.TerminalDimensions): void {
    this.size = { columns, rows };
    void this.session?.resize(columns, rows).catch(this.note);
  }

  /** Called by VS Code when the person closed the terminal, or its window goes. */
  close(): void {
    this.isShut = true;
    this.answer?.(false);
    void this.leaveOrEnd();
    this.dispose();
  }

  /** Ends the process in the container, its children included; one that is still being started ends at once. */
  async end(): Promise<void> {
    this.isEndWanted = true;
    this.starting?.abort();
    try {
      await this.session?.end();
    } catch (error) {
      this.log.warn('A process in a container could not be ended.', error);
    }
  }

  /** Shows a line of Cordon's own; what stands in it can neither colour nor clear the terminal. */
  say(line: string): void {
    this.writes.fire(`\r\n\u001b[2m${withoutControlCharacters(line)}\u001b[0m\r\n`);
  }

  /** Waits for Enter. False when the person pressed Ctrl+C or closed the terminal. */
  async waitForEnter(): Promise<boolean> {
    if (this.isShut) return false;
    return new Promise((resolve) => {
      this.answer = (isEnter) => {
        this.answer = undefined;
        resolve(isEnter);
      };
    });
  }

  /** Closes the terminal with the exit code of its process. */
  closeWith(code: number): void {
    this.closes.fire(code);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async leaveOrEnd(): Promise<void> {
    const { session } = this;
    if (!session?.held || !(await this.outlives())) {
      await this.end();
      return;
    }
    this.isLeft = true;
    session.letGo();
  }

  private endFromOutside(): SessionEnd | undefined {
    return this.isEndWanted || this.isLeft ? { kind: 'ended' } : undefined;
  }

  /** A key or a size that came too late is no failure: the process has ended. */
  private readonly note = (error: unknown): void => {
    this.log.debug('A terminal could not reach its process.', error);
  };
}
