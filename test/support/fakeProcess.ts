import { PassThrough } from 'node:stream';
import type { ContainerProcess, ProcessRequest } from '../../src/workspaces/engineProcesses.ts';
import { sessionVariable } from '../../src/workspaces/endProcesses.ts';
import { finishedProcess, type FakeEngine } from './fakeEngine.ts';
import { Arrivals } from './vscode/events.ts';

/** A process that runs until a test or a signal ends it. */
export class FakeProcess implements ContainerProcess {
  readonly request: ProcessRequest;
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough().end();
  readonly exitCode: Promise<number>;
  /** Columns and rows, each time they were set. */
  readonly sizes: (readonly [number, number])[] = [];
  /** What it read from its standard input. */
  typed = '';
  /** The signal that ended it. */
  signal: string | undefined;
  private readonly settle: { done: (code: number) => void; failed: (error: Error) => void };

  constructor(request: ProcessRequest) {
    this.request = request;
    let settle: FakeProcess['settle'] | undefined;
    this.exitCode = new Promise((done, failed) => {
      settle = { done, failed };
    });
    this.settle = settle!;
    this.stdin.on('data', (chunk: Buffer) => (this.typed += chunk.toString()));
  }

  print(text: string): void {
    this.stdout.write(text);
  }

  exit(code: number): void {
    this.stdout.end();
    this.settle.done(code);
  }

  /** The connection breaks. */
  break(error: Error): void {
    this.settle.failed(error);
    this.stdout.destroy(error);
  }

  resize(columns: number, rows: number): Promise<void> {
    this.sizes.push([columns, rows]);
    return Promise.resolve();
  }

  close(): void {
    this.stdin.end();
  }
}

/** Makes an engine in memory run every process until the test ends it, or Cordon signals it. */
export function runProcesses(engine: FakeEngine) {
  const running = new Set<FakeProcess>();
  const started = new Arrivals<FakeProcess>();
  engine.process = (request) => {
    const [, , , , marker, signal] = request.command;
    if (marker?.startsWith(sessionVariable) && signal) return signalled(running, marker, signal);
    // A look at what listens, which ends by itself.
    if (request.command.includes('/proc/net/tcp')) return finishedProcess(0);
    const process = new FakeProcess(request);
    running.add(process);
    const forget = () => running.delete(process);
    process.exitCode.then(forget, forget);
    started.add(process);
    return process;
  };
  return { next: () => started.next(() => 'No process was started') };
}

/** Does what the script does that Cordon runs for it, and prints how many processes it reached. */
function signalled(running: ReadonlySet<FakeProcess>, marker: string, signal: string): ContainerProcess {
  const meant = [...running].filter(
    ({ request }) => `${sessionVariable}=${request.env[sessionVariable] ?? ''}` === marker,
  );
  for (const process of meant) {
    process.signal = signal;
    process.exit(143);
  }
  return finishedProcess(0, String(meant.length));
}
