/**
 * Names in archives between Cordon and an engine: text, in which each byte that is none stands as U+10FF00 and that byte. Of
 * these characters, which nobody may give a meaning to all, a name that has them itself is written byte by byte as well.
 */
const firstEscape = 0x10ff00;
const escapes = /[\u{10ff80}-\u{10ffff}]/u;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** In UTF-8 all of them begin with this, and only they. */
const mark = Buffer.from([0xf4, 0x8f]);

/** The name in an archive's text; `undefined` where its bytes are that already. */
export function archiveText(bytes: Buffer): string | undefined {
  try {
    const text = utf8.decode(bytes);
    if (!escapes.test(text)) return undefined;
  } catch {
    // It is no text.
  }
  return [...bytes].map(escaped).join('');
}

/** The bytes of a name in an archive's text. */
export function archiveBytes(text: Buffer): Buffer {
  if (!text.includes(mark)) return text;
  const pieces = text.toString().split(/([\u{10ff80}-\u{10ffff}])/u);
  return Buffer.concat(
    pieces.map((piece, index) =>
      index % 2 === 1 ? Buffer.from([(piece.codePointAt(0) ?? 0) - firstEscape]) : Buffer.from(piece),
    ),
  );
}

function escaped(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : String.fromCodePoint(firstEscape + byte);
}
