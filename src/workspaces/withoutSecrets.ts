import { looksSecret } from '../isolation/secretNames.ts';
import { literally } from '../shared/literally.ts';

/** What stands in the place of a secret. */
export const mask = '•••';
/** Shorter values, and these, are words of every text. */
const shortestValue = 4;
/** Shorter lines of a longer value, such as a bracket, are lines of every text. */
const shortestLine = 8;
/** Characters; what is longer is masked piece by piece. */
const pieceLength = 1024;
const words = /^(?:true|false|null|none)$/i;

/** What follows a name: quoted, with spaces in it, or up to what ends a word. */
const value = String.raw`(?:\\"[^"\\]*\\"|"(?:[^"\\]|\\.)*"|'[^']*'|["']?[^\s"',;&|]+)`;
/** `NAME=value` */
const assignment = new RegExp(String.raw`\b([A-Za-z_]\w*)=${value}`, 'g');
/** `--name value`, `--name=value`, and as a list of words in JSON. */
const option = new RegExp(String.raw`(?<![\w-])(--?([A-Za-z][\w-]*))(=|\s+|["'],\s*)${value}`, 'g');
/** `name: value` */
const named = new RegExp(
  String.raw`((?:passw(?:or)?d|secret|token|api[_-]?key|authorization)\\?["']?\s*[=:]\s*)${value}`,
  'gi',
);
/** `scheme://user:password@`; an `@` may stand in the password, too. */
const login = /(:\/\/)[^\s/"`]*@/g;
const bearer = /\b(bearer)\s+[\w.~+/=-]{8,}/gi;
/** What follows is no ordinary word, for `basic` is one. */
const basic = /\b([Bb]asic|BASIC)\s+(?=[\w.~+/=-]*[\dA-Z+/=])[\w.~+/=-]{8,}/g;
const authorization = /\b(authorization\\?["']?\s*[=:]\s*["']?[\w-]+)[ \t]+[^\s"',;]+/gi;
/** By their look. What npm calls its variables begins as its tokens do. */
const token = /\b(?:(?:gh[pousr]_|github_pat_|glpat-|sk-|xox[a-z]-|AKIA)[\w-]{10,}|npm_[A-Za-z0-9]{10,})/g;

/**
 * A text, such as a command, for others to see: without these values, which may be secret, in any way of writing them,
 * without user and password in addresses, without what looks like a token, and without what is set or passed under a
 * name that looks like a secret's.
 */
export function withoutSecrets(text: string, values: readonly string[]): string {
  return maskValues(text, values)
    .replace(login, `$1${mask}@`)
    .replace(bearer, `$1 ${mask}`)
    .replace(basic, `$1 ${mask}`)
    .replace(authorization, `$1 ${mask}`)
    .replace(token, mask)
    .replace(named, `$1${mask}`)
    .replace(assignment, (all, name: string) => (looksSecret(name) ? `${name}=${mask}` : all))
    .replace(option, (all, flag: string, name: string, between: string) =>
      looksSecret(name.replaceAll('-', '_')) ? `${flag}${between}${mask}` : all,
    );
}

/** A text without these values, in any way of writing them. */
export function maskValues(text: string, values: readonly string[]): string {
  let clean = text;
  for (const each of secretForms(values)) clean = clean.replaceAll(each, mask);
  return clean;
}

/** What of a text is masked for these values, longest first. */
export function secretForms(values: readonly string[]): readonly string[] {
  const forms = values.flatMap((value) => [value, value.trim(), ...linesOf(value)]).flatMap(writtenForms);
  return longestFirst(
    forms.flatMap(inPieces).filter((form) => form.length >= shortestValue && !words.test(form)),
  );
}

/** A text with `~` for home folders: these, which are absolute paths, and whatever is in the usual place of them. */
export function withoutHomes(text: string, homes: readonly string[]): string {
  let clean = text;
  for (const home of longestFirst(homes.flatMap(writtenForms)))
    // A folder whose name only begins like it is another one.
    if (home.length > 1) clean = clean.replace(new RegExp(`${literally(home)}(?![\\w.-])`, 'gi'), '~');
  return clean.replace(/(?:\/home|\/Users|[a-z]:(?:\\{1,2}|\/)Users)(?:\\{1,2}|\/)[^\s/\\"'`:,;)]+/gi, '~');
}

/** Of a value with several: a terminal ends them in another way, and programs print them one by one. */
function linesOf(value: string): string[] {
  const lines = value.split(/\r?\n/);
  return lines.length > 1
    ? lines.map((line) => line.trim()).filter((line) => line.length >= shortestLine)
    : [];
}

/** So that what a stream holds back stays short; a rest that is too short to be masked alone is part of the one before. */
function inPieces(form: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < form.length;) {
    const isLast = form.length - at < pieceLength + shortestValue;
    pieces.push(form.slice(at, isLast ? undefined : at + pieceLength));
    at = isLast ? form.length : at + pieceLength;
  }
  return pieces;
}

/** As it is, as part of a URI, and as JSON writes it. */
function writtenForms(text: string): string[] {
  const plain = text.replace(/[/\\]+$/, '');
  const uri = plain.replaceAll('\\', '/');
  const encoded = isWellFormed(plain) ? [encodeURI(uri), encodeURIComponent(plain)] : [];
  return [plain, uri, ...encoded, JSON.stringify(plain).slice(1, -1)];
}

/** Half of a pair of surrogates cannot be encoded. */
function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

function longestFirst(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort((a, b) => b.length - a.length);
}
