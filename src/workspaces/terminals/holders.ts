import { sweepScript } from '../endProcesses.ts';
import { perlHolder } from './perlHolder.ts';
import { pythonHolder } from './pythonHolder.ts';

/*
 * A holder keeps a terminal and its shell in the container while nobody is connected to them, which no engine can. It
 * listens at a socket without a file, which only processes of the container see and only those of its own user may
 * use: those could do anything to the shell already. Whoever starts or joins it becomes its one client, and carries
 * frames between the standard streams and the socket.
 *
 * Into it: `d`, a length and what is typed; `r`, columns and rows. Out of it: the line `cordon POSITION LENGTH`, with
 * the place in all that was ever printed at which this begins and how much of it was printed before, then what is
 * printed. At the standard error: `cordon: exit CODE`, `cordon: closed` where another client has come or the holder
 * was killed, `cordon: none` where there is none or none can be. Numbers have four bytes, the first one the highest.
 *
 * What was printed last is kept for the next client. A holder without client ends after a time, and all that is of its
 * session with it. It reads no faster than its client does.
 */

/** The one terminal that is to be held, and for how long without a client. */
interface HeldBy {
  /** The id of its session, by which it is found; it is in the environment as well. */
  readonly id: string;
  readonly keepAliveSeconds: number;
}

/** A program of an image that can hold a terminal. */
export interface Holder {
  /** Where it is looked for. */
  readonly places: readonly string[];
  /** Starts a command in a terminal that is held, and joins it. */
  start(
    place: string,
    held: HeldBy & { readonly columns: number; readonly rows: number; readonly command: readonly string[] },
  ): readonly string[];
  /** Joins one that is there. What was printed before the position is known already. */
  join(place: string, held: HeldBy & { readonly position: number }): readonly string[];
}

/** What is looked for, the smaller one first. */
export const holders: readonly Holder[] = [
  holder(['/usr/bin/perl', '/usr/local/bin/perl'], ['-e', perlHolder]),
  holder(['/usr/bin/python3', '/usr/local/bin/python3'], ['-ISc', pythonHolder]),
];

function holder(places: readonly string[], program: readonly string[]): Holder {
  return {
    places,
    start: (place, { id, keepAliveSeconds, columns, rows, command }) => [
      ...[place, ...program, 'start', id, String(keepAliveSeconds), '0', String(columns), String(rows)],
      ...[sweepScript, ...command],
    ],
    join: (place, { id, keepAliveSeconds, position }) => [
      ...[place, ...program, 'join', id, String(keepAliveSeconds), String(position), '0', '0', ''],
    ],
  };
}
