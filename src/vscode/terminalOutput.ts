import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Characters handed over before the window gets a turn to draw them and to hear a key press. */
const charactersPerTurn = 65_536;

/**
 * Hands a stream on as text, in order and with characters kept whole across chunks. Reading waits for the window's
 * turns, so that a process which prints without end is slowed down instead of filling the memory.
 */
export async function forwardText(stream: Readable, write: (text: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let sinceTurn = 0;
  for await (const chunk of stream) {
    const text = decoder.write(chunk as Buffer);
    if (text === '') continue;
    write(text);
    sinceTurn += text.length;
    if (sinceTurn < charactersPerTurn) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  const rest = decoder.end();
  if (rest !== '') write(rest);
}
