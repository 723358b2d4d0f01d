/** The folder's name at the root of a container. */
export const containerFolder = 'workspace';

/** An address taken apart. */
export interface ReadUri {
  readonly scheme: string;
  readonly authority: string;
  /** Decoded names, without `.` and `..`. */
  readonly segments: readonly string[];
  /** Query and fragment as they were, with their `?` and `#`. */
  readonly rest: string;
}

const parts = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

/** Reads an address with an absolute path; `undefined` for any other text. */
export function readUri(text: string): ReadUri | undefined {
  const [, scheme = '', authority = '', encoded = '', rest = ''] = parts.exec(text) ?? [];
  const path = encoded.startsWith('/') ? decode(encoded) : undefined;
  const decodedAuthority = decode(authority);
  if (path === undefined || decodedAuthority === undefined) return undefined;
  return { scheme: scheme.toLowerCase(), authority: decodedAuthority, segments: normalize(path), rest };
}

/** Writes an address, encoded as VS Code does it. */
export function uriOf({ scheme, authority, segments, rest }: ReadUri): string {
  return `${scheme}://${encode(authority)}/${segments.map(encode).join('/')}${rest}`;
}

function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    // Half a character cannot be encoded again.
    return /\0|\p{Surrogate}/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function normalize(path: string): string[] {
  const segments: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') segments.pop();
    else if (name !== '' && name !== '.') segments.push(name);
  }
  return segments;
}
