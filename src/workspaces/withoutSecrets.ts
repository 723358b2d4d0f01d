/** What must not be in a text that is shown to others. */
export interface Secrets {
  /** Values of variables; very short ones are masked only where they stand as values. */
  readonly values: readonly string[];
  /** Home folders of the person, as absolute paths. */
  readonly homes: readonly string[];
}

const mask = '•••';
/** Shorter values, and these, are words of every text. */
const shortestValue = 4;
const words = /^(?:true|false|null|none)$/i;

/**
 * A text without values that may be secret, without user and password in addresses, without what looks like a token,
 * and with `~` for home folders.
 */
export function withoutSecrets(text: string, { values, homes }: Secrets): string {
  let clean = text;
  for (const value of longestFirst(values.flatMap(writtenForms)))
    if (value.length >= shortestValue && !words.test(value)) clean = clean.replaceAll(value, mask);
  clean = clean
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'`]*@/gi, `$1${mask}@`)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${mask}`)
    .replace(/\b(?:gh[pousr]_|github_pat_|glpat-|npm_|sk-|xox[a-z]-|AKIA)[\w-]{10,}/g, mask)
    .replace(
      /([\w-]*(?:passw(?:or)?d|secret|token|api[_-]?key|authorization)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
      `$1${mask}`,
    );
  for (const home of longestFirst(homes.flatMap(writtenForms)))
    // A folder whose name only begins like it is another one.
    if (home.length > 1) clean = clean.replace(new RegExp(`${escaped(home)}(?![\\w.-])`, 'gi'), '~');
  return clean.replace(/(?:\/home|\/Users|[a-z]:(?:\\{1,2}|\/)Users)(?:\\{1,2}|\/)[^\s/\\"'`:,;)]+/gi, '~');
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

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
