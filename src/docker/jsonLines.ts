import type { Readable } from 'node:stream';

const longestLine = 1024 * 1024;

/**
 * The JSON values of a stream that has one on each line, whole lines only. A line that is not JSON, or longer than
 * 1 MiB, is left out. Throws when the stream breaks.
 */
export async function* jsonLines(stream: Readable): AsyncGenerator {
  let parts: string[] = [];
  let length = 0;
  const decoder = new TextDecoder();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const [first = '', ...further] = decoder.decode(chunk, { stream: true }).split('\n');
    length += first.length;
    if (length <= longestLine) parts.push(first);
    for (const next of further) {
      if (length <= longestLine) yield* parsed(parts.join(''));
      parts = [next];
      length = next.length;
    }
    if (length > longestLine) parts = [];
  }
  if (length <= longestLine) yield* parsed(parts.join(''));
}

function* parsed(line: string): Generator {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return;
  }
  yield value;
}
