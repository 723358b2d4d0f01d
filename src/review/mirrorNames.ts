import { pathBytes, pathText } from './pathBytes.ts';

/**
 * What every disk keeps apart: no disk takes any of these characters for another one, makes two of one, or refuses it.
 * Beside ASCII without capitals these are kana, Chinese characters and Korean syllables, which would become long otherwise.
 */
const keptInAscii = String.raw`a-z0-9 !#$&'()+,;@[\]_\x60{}~.\-`;
const kept = String.raw`${keptInAscii}\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3`;
/** Begins what is spelled with marks of their own where others have one character, as macOS spells by itself. */
const decomposedMark = '=';

const asItIs = new RegExp(String.raw`^(?!\.\.)[${keptInAscii}]+$`);
/** What begins with two dots means something else to some systems. */
const toEscape = new RegExp(String.raw`^\.(?=\.)|[A-Z]|[^A-Z${kept}]+`, 'gu');
const escape = /\^([a-z])|%((?:[0-9a-f]{2})+)%/g;

/**
 * The name that an entry has in a mirror on this machine: another one for each, also for a disk to which capitals and ways of
 * spelling are all the same, and text. It may be too long for a disk.
 */
export function nameInMirror(name: Buffer): Buffer {
  if (asItIs.test(name.toString('latin1'))) return name;
  const text = pathText(name);
  const composed = text.normalize('NFC');
  const isDecomposed = composed !== text && composed.normalize('NFD') === text;
  return Buffer.from(isDecomposed ? decomposedMark + escaped(composed) : escaped(text));
}

/** The name of the entry that has this one in a mirror; `undefined` where none has. */
export function nameFromMirror(name: Buffer): Buffer | undefined {
  if (asItIs.test(name.toString('latin1'))) return name;
  // Some disks give names back as they spell them themselves.
  const text = name.toString().normalize('NFC');
  const isDecomposed = text.startsWith(decomposedMark);
  const plain = unescaped(isDecomposed ? text.slice(decomposedMark.length) : text);
  const found = pathBytes(isDecomposed ? plain.normalize('NFD') : plain);
  return nameInMirror(found).equals(Buffer.from(text)) ? found : undefined;
}

function escaped(text: string): string {
  return text.replaceAll(toEscape, (piece) =>
    /^[A-Z]$/.test(piece) ? `^${piece.toLowerCase()}` : `%${pathBytes(piece).toString('hex')}%`,
  );
}

function unescaped(text: string): string {
  return text.replaceAll(escape, (_, capital: string | undefined, bytes: string | undefined) =>
    capital === undefined ? pathText(Buffer.from(bytes ?? '', 'hex')) : capital.toUpperCase(),
  );
}
