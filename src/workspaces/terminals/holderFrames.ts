/** Bytes of what is typed that go into one frame; a holder takes no longer ones. */
const longestFrame = 65_536;
const highest = 65_535;

/** What is typed, as a holder reads it. */
export function typedFrames(typed: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < typed.length; at += longestFrame) {
    const piece = typed.subarray(at, at + longestFrame);
    frames.push(head('d', piece.length), piece);
  }
  return Buffer.concat(frames);
}

/** A size in characters, as a holder reads it. */
export function sizeFrame(columns: number, rows: number): Buffer {
  const [width, height] = [columns, rows].map((each) => Math.min(Math.max(Math.trunc(each), 1), highest));
  return head('r', (width ?? 1) * 65_536 + (height ?? 1));
}

/** What one who carries a terminal said last: how the shell ended, that the holder let go, or that there is none. */
export type HolderWord = { readonly exitCode: number } | 'closed' | 'none';

/** Reads it out of the standard error, into which others may have written; `undefined` where nothing was said. */
export function holderWord(errors: string): HolderWord | undefined {
  const [, word, code] = /(?:^|\n)cordon: (closed|none|exit (\d{1,3}))\n/.exec(errors) ?? [];
  if (word === undefined) return undefined;
  if (code !== undefined) return { exitCode: Number(code) };
  return word === 'none' ? 'none' : 'closed';
}

function head(kind: 'd' | 'r', number: number): Buffer {
  const frame = Buffer.alloc(5);
  frame.write(kind);
  frame.writeUInt32BE(number, 1);
  return frame;
}
