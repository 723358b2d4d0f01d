import { CordonError } from './errors.ts';

/** Causes further down than this tell nothing new. */
const deepest = 8;

/** An error for the log: code and sentence, then its causes, and the stack of what was not foreseen. */
export function describeError(error: unknown): string {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; depth < deepest && current !== undefined; depth += 1) {
    lines.push(`${depth === 0 ? '' : '  caused by '}${describeOne(current)}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines.join('\n');
}

function describeOne(error: unknown): string {
  if (error instanceof CordonError) return `[${error.code}] ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
