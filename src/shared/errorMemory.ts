import type { Log } from './log.ts';

/** An error as it was logged. */
export interface LoggedError {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly message: string;
}

const mostErrors = 20;
const longestMessage = 20_000;

/** Remembers the last errors that were logged, and hands every line on. */
export class ErrorMemory implements Log {
  private readonly log: Log;
  private readonly kept: LoggedError[] = [];

  constructor(log: Log) {
    this.log = log;
  }

  /** Oldest first; the oldest go when there are many. */
  get errors(): readonly LoggedError[] {
    return this.kept;
  }

  debug(message: string, ...details: unknown[]): void {
    this.log.debug(message, ...details);
  }

  info(message: string, ...details: unknown[]): void {
    this.log.info(message, ...details);
  }

  warn(message: string, ...details: unknown[]): void {
    this.log.warn(message, ...details);
  }

  /** Only the message is remembered: details may hold what is stored, whole. */
  error(message: string, ...details: unknown[]): void {
    this.kept.push({ at: new Date().toISOString(), message: message.slice(0, longestMessage) });
    if (this.kept.length > mostErrors) this.kept.shift();
    this.log.error(message, ...details);
  }
}
