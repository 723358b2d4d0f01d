import type { EgressTry } from '../../isolation/egress/accessLine.ts';
import type { SessionInfo } from '../session.ts';

/** Of which sessions one can be told: those that run, and those that ended last. */
export type SessionsOf = (
  workspaceId: string,
) => readonly Pick<SessionInfo, 'command' | 'startedAt' | 'state'>[];

/** By how much the clock of the engine may differ from the one here, and the log of a proxy be late. */
const toleranceMs = 1000;
const longestCommand = 200;

/**
 * The command of the session that ran while something was tried; `undefined` where it was not the only one around that time
 * that this window knows of, or the clocks do not agree. What an earlier one left running may have tried it all the same.
 */
export function sessionOfTry(
  { atMs, durationMs }: Pick<EgressTry, 'atMs' | 'durationMs'>,
  sessions: ReturnType<SessionsOf>,
  nowMs: number,
): string | undefined {
  const endMs = atMs + durationMs;
  if (Math.abs(nowMs - endMs) > toleranceMs) return undefined;
  const [only, ...others] = sessions.filter(
    ({ startedAt, state }) =>
      Date.parse(startedAt) <= endMs + toleranceMs &&
      (state.kind !== 'ended' || Date.parse(state.endedAt) >= atMs - toleranceMs),
  );
  return others.length === 0 && only ? inert(only.command.join(' ')) : undefined;
}

/** One line of at most `longestCommand` characters, that can do nothing to what is around it. */
function inert(command: string): string {
  return command.slice(0, longestCommand).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}
