import { PassThrough, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { CordonError } from '../../shared/errors.ts';
import type { ContainerProcess } from '../engineProcesses.ts';
import { HeldOutput } from './heldOutput.ts';
import { holderWord, sizeFrame, typedFrames, type HolderWord } from './holderFrames.ts';

/** Characters kept of what is said beside the output. */
const keptWords = 512;
/** How long after its output a connection may take to end. */
const endMs = 2000;
const brokenMs = 500;

/** Connects anew to the holder, from a place in the output on; `undefined` where it is gone. */
export type Rejoin = (position: number, isWanted: () => boolean) => Promise<ContainerProcess | undefined>;

/** A process in a terminal that a holder keeps: it goes on when a connection to it breaks, and comes back with the next one. */
export class HeldProcess implements ContainerProcess {
  readonly stdin: Writable;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough().end().resume();
  readonly exitCode: Promise<number>;
  /** Whether a holder answered at all. */
  readonly isThere: Promise<boolean>;
  private connection: ContainerProcess | undefined;
  private size: readonly [number, number] | undefined;
  private isClosed = false;
  /** What was typed while there is no connection waits for the next one. */
  private sendLater: (() => void) | undefined;
  private tellThere: (isThere: boolean) => void = () => undefined;
  private readonly rejoin: Rejoin;

  constructor(
    first: ContainerProcess,
    options: { readonly isForNewTerminal: boolean; readonly rejoin: Rejoin },
  ) {
    this.rejoin = options.rejoin;
    this.isThere = new Promise((resolve) => {
      this.tellThere = resolve;
    });
    this.stdin = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.send(typedFrames(chunk), () => {
          done();
        });
      },
    });
    this.exitCode = this.follow(first, options.isForNewTerminal).finally(() => {
      this.tellThere(false);
      this.sendLater?.();
      this.stdout.end();
    });
    this.exitCode.catch(() => undefined);
  }

  resize(columns: number, rows: number): Promise<void> {
    this.size = [columns, rows];
    this.connection?.stdin.write(sizeFrame(columns, rows));
    return Promise.resolve();
  }

  /** Lets go of the connection: the holder keeps the terminal for the next one. */
  close(): void {
    this.isClosed = true;
    this.connection?.close();
  }

  private async follow(first: ContainerProcess, isForNewTerminal: boolean): Promise<number> {
    let position = 0;
    let wasThere = false;
    for (let next: ContainerProcess | undefined = first; ;) {
      const output: HeldOutput = new HeldOutput({
        isForNewTerminal: isForNewTerminal && !wasThere,
        onBegin: () => {
          this.tellThere(true);
        },
      });
      const { word, exitCode } = await this.carry(next, output);
      position = Math.max(position, output.position);
      if (typeof word === 'object') return word.exitCode;
      if (this.isClosed)
        throw new CordonError('cancelled', l10n.t('The connection to the process was closed.'));
      // Whoever has it now must not lose it by us.
      if (word === 'closed')
        throw new CordonError('conflict', l10n.t('The terminal goes on in another window.'));
      // One that broke before it began is not tried again at once.
      if (wasThere && !output.hasBegun) await delay(brokenMs, undefined, { ref: false });
      wasThere ||= output.hasBegun;
      next = word === undefined && wasThere ? await this.rejoin(position, () => !this.isClosed) : undefined;
      if (next) continue;
      // The engine killed it, with its container.
      if (exitCode !== undefined && exitCode > 128) return exitCode;
      throw new CordonError(
        'engineFailed',
        l10n.t('The terminal was lost: nothing holds it in the container any more.'),
      );
    }
  }

  /** Carries one connection to its end. */
  private async carry(
    connection: ContainerProcess,
    output: HeldOutput,
  ): Promise<{ word: HolderWord | undefined; exitCode: number | undefined }> {
    let words = '';
    connection.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('latin1')).slice(-keptWords);
    });
    connection.stdin.on('error', () => undefined);
    this.connection = connection;
    if (this.isClosed) connection.close();
    if (this.size) connection.stdin.write(sizeFrame(...this.size));
    this.sendLater?.();
    connection.stdout.pipe(output).pipe(this.stdout, { end: false });
    // Whoever does not read any more keeps nothing waiting.
    const readOn = () => output.resume();
    this.stdout.once('close', readOn);
    await finished(output).catch(() => undefined);
    output.unpipe(this.stdout);
    this.stdout.off('close', readOn);
    // What does not speak as a holder does is let go of, unread.
    if (output.errored) connection.close();
    // It has ended with its output, as far as the engine knows; what breaks in between may go on there.
    const exitCode = await pTimeout(connection.exitCode, { milliseconds: endMs }).catch(() => undefined);
    connection.close();
    this.connection = undefined;
    return { word: output.errored ? 'none' : holderWord(words), exitCode };
  }

  private send(frames: Buffer, done: () => void): void {
    if (this.connection) this.connection.stdin.write(frames, done);
    else
      this.sendLater = () => {
        this.sendLater = undefined;
        if (this.connection) this.connection.stdin.write(frames, done);
        else done();
      };
  }
}
