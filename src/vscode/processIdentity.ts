import { readFileSync } from 'node:fs';

const isLinux = process.platform === 'linux';
/** One more than the largest process id of Linux (`PID_MAX_LIMIT`, include/linux/threads.h). */
const pidLimit = 2 ** 22;
/** Clock ticks since the machine started that a number still has room for: 248 days of them. */
const bornLimit = 2 ** 31;
/** Ids are used again. Where only they are known, nobody is at work any more after this long, whatever the id says. */
const longestWorkMs = 3_600_000;

/**
 * A number for this process that no later one with the same id has: the process id, and above it when the process
 * began, where the system tells (Linux, proc(5)).
 */
export const thisProcess = process.pid + (bornOf(process.pid) ?? 0) * pidLimit;

/** Whether a process that had this number lives, and is not this one. `sinceMs`: at work since then, since 1970. */
export function isOtherAlive(owner: number, sinceMs?: number): boolean {
  if (owner === thisProcess || owner <= 0) return false;
  const [pid, born] = isLinux ? [owner % pidLimit, Math.floor(owner / pidLimit)] : [owner, 0];
  if (pid === process.pid || !isRunning(pid)) return false;
  if (born > 0) return bornOf(pid) === born;
  // before now or after it, for clocks are moved
  return sinceMs === undefined || Math.abs(Date.now() - sinceMs) < longestWorkMs;
}

function isRunning(pid: number): boolean {
  // To the system this is a whole group of processes; no process is called so.
  if (pid === 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of somebody else may not be signalled, but it lives.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks after the start of the machine, without the highest bits; `undefined` where they are not told. */
function bornOf(pid: number): number | undefined {
  if (!isLinux) return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name of the program, which may hold anything, is in parentheses
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[19]);
    // what has ended and is only waited for
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return Number.isSafeInteger(ticks) && ticks > 0 ? ticks % bornLimit : undefined;
  } catch {
    return undefined;
  }
}
