import type { Readable } from 'node:stream';

/** Reads a stream to its end and keeps the first bytes of it, one for each character: whoever writes it may never stop. */
export async function beginOf(stream: Readable, most: number): Promise<string> {
  let text = '';
  for await (const chunk of stream as AsyncIterable<Buffer>)
    if (text.length < most) text += chunk.toString('latin1', 0, most - text.length);
  return text;
}
