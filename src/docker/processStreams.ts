import { PassThrough, type Duplex, type Readable, Writable } from 'node:stream';
import { Demultiplexer } from './demultiplexer.ts';

/** The outputs of a process, and what takes them from the connection. */
export interface Outputs {
  readonly sink: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Of a process with a terminal, which has one output. */
export function terminalOutput(): Outputs {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  stderr.end();
  stderr.resume();
  return { sink: stdout, stdout, stderr };
}

/** Of a process without a terminal. */
export function separateOutputs(): Outputs {
  const sink = new Demultiplexer();
  // Damage ends both outputs; the exit code is asked for all the same.
  sink.on('error', () => undefined);
  return { sink, stdout: sink.stdout, stderr: sink.stderr };
}

/** Standard input over the connection; its end is a half-close, which the process sees as the end of its input. */
export function inputOf(connection: Duplex): Writable {
  const input = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      // What is written to a process that has ended goes nowhere, as with a pipe whose reader ignores it.
      if (connection.writable)
        connection.write(chunk, () => {
          done();
        });
      else done();
    },
    final: (done) => {
      if (connection.writable)
        connection.end(() => {
          done();
        });
      else done();
    },
  });
  input.on('error', () => undefined);
  return input;
}

/** The standard input of a process that has none. */
export function noInput(): Writable {
  const input = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  return input.end();
}
