import { archiveBytes, archiveText } from '../shared/archiveText.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that are no text become lone surrogates from here on, which no text in UTF-8 holds. */
const firstEscape = 0xdc00;

/** A path of any bytes as a string, so that `pathBytes` gives back the very same bytes. */
export function pathText(bytes: Uint8Array): string {
  const whole = decoded(bytes);
  if (whole !== undefined) return whole;
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = lengthOfCharacter(bytes[at] ?? 0);
    const character = decoded(bytes.subarray(at, at + length));
    text += character ?? String.fromCharCode(firstEscape + (bytes[at] ?? 0));
    at += character === undefined ? 1 : length;
  }
  return text;
}

/** The bytes of a path that `pathText` gave. */
export function pathBytes(text: string): Buffer {
  const pieces = text.split(/(?<![\ud800-\udbff])([\udc80-\udcff])/);
  return Buffer.concat(
    pieces.map((piece, index) =>
      index % 2 === 1 ? Buffer.from([piece.charCodeAt(0) - firstEscape]) : Buffer.from(piece),
    ),
  );
}

/** The path of what has this name in the folder at a path, that of the outermost one being empty. */
export function joined(path: string, name: Uint8Array): string {
  return path === '' ? pathText(name) : `${path}/${pathText(name)}`;
}

/** The names in a path that `pathText` gave, each in its bytes. */
export function namesOf(path: string): readonly Buffer[] {
  return path.split('/').map(pathBytes);
}

/** A path that `pathText` gave as it stands in an archive. */
export function inArchive(path: string): string {
  return archiveText(pathBytes(path)) ?? path;
}

/** The other way round. */
export function fromArchive(path: string): string {
  return pathText(archiveBytes(Buffer.from(path)));
}

/** Whether a path is valid text, so that others than this machine can be told of it. */
export function isText(path: string): boolean {
  return !/\p{Cs}/u.test(path);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function lengthOfCharacter(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
