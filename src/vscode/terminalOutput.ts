import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { Allowance } from '../shared/allowance.ts';
import type { HostPathsInOutput } from '../workspaces/inside/hostPathsInOutput.ts';

/** Characters handed over before the window gets a turn to draw them and to hear a key press. */
const charactersPerTurn = 65_536;
/** A window draws some megabytes in a second, and throws away what waits beyond 50 MB. */
const pace = { most: 16 * 1024 * 1024, perSecond: 4 * 1024 * 1024 } as const;
/** How long what may be the beginning of a path waits for the rest. */
const restOfPathMs = 50;

/**
 * Hands a stream on as text, in order and with characters kept whole across chunks. Reading waits for the window's
 * turns and for what it can draw, so that a process which prints without end is slowed down instead of filling the
 * memory or losing its last lines. With `paths`, those of
 * the container become those of this machine.
 */
export async function forwardText(
  stream: Readable,
  write: (text: string) => void,
  paths?: Pick<HostPathsInOutput, 'write' | 'flush' | 'isWaiting'>,
  drawn = new Allowance(pace.most, pace.perSecond),
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  const output = paths ? mapped(paths, write) : { write, end: () => undefined };
  let sinceTurn = 0;
  try {
    for await (const chunk of stream) {
      const text = decoder.write(chunk as Buffer);
      if (text === '') continue;
      output.write(text);
      sinceTurn += text.length;
      if (sinceTurn < charactersPerTurn) continue;
      const waitMs = drawn.take(sinceTurn);
      sinceTurn = 0;
      await (waitMs > 0 ? delay(waitMs) : nextTurn());
    }
    const rest = decoder.end();
    if (rest !== '') output.write(rest);
  } finally {
    output.end();
  }
}

function mapped(
  paths: Pick<HostPathsInOutput, 'write' | 'flush' | 'isWaiting'>,
  write: (text: string) => void,
) {
  let timer: NodeJS.Timeout | undefined;
  const show = (text: string) => {
    if (text !== '') write(text);
  };
  return {
    write: (text: string) => {
      clearTimeout(timer);
      show(paths.write(text));
      if (!paths.isWaiting) return;
      timer = setTimeout(() => {
        show(paths.flush());
      }, restOfPathMs);
    },
    end: () => {
      clearTimeout(timer);
      show(paths.flush());
    },
  };
}
