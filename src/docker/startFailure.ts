import type { Readable } from 'node:stream';

/**
 * Engines report that a program could not be started in its own output, with one of the shell's exit codes for that: in
 * the words of the runtime, or in those of containerd about a container that was paused or stopped a moment before.
 */
const firstWords = /^(?:OCI runtime exec failed: |cannot exec in a \w+ state\b)/;
const longestNotice = 4096;
const longestWords = 500;
const frameHeaderBytes = 8;

/** Watches the beginning of a process's connection for the engine's notice that the program could not be started. */
export class StartFailure {
  private readonly seen: Buffer[] = [];
  private length = 0;

  constructor(connection: Readable) {
    connection.on('data', (chunk: Buffer) => {
      if (this.length <= longestNotice) this.seen.push(chunk);
      this.length += chunk.length;
    });
  }

  /** The engine's words, when this exit code and the whole output say that nothing was started. */
  words(exitCode: number): string | undefined {
    if ((exitCode !== 126 && exitCode !== 127) || this.length > longestNotice) return undefined;
    const bytes = Buffer.concat(this.seen);
    const words = [bytes, bytes.subarray(frameHeaderBytes)]
      .map((part) => part.toString())
      .find((text) => firstWords.test(text));
    // The program itself can have printed them.
    return words?.slice(0, longestWords).replaceAll(/\p{Cc}+/gu, ' ');
  }
}
