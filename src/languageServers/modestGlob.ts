const longest = 300;
const mostStars = 3;

/**
 * Whether a glob pattern stays in its folder and is matched in a moment whatever a file is called: each `*` beyond a few
 * multiplies the time by the length of a name.
 */
export function isModest(pattern: string): boolean {
  if (pattern.length > longest || pattern.split(/[/\\{},]/).includes('..') || /[+@!?]\(/.test(pattern))
    return false;
  const folders = /(^|[/{,])\*\*(?=[/,}]|$)/g;
  if ((pattern.match(folders) ?? []).length > 10) return false;
  // Odd pieces stand in braces, and only one of their alternatives is matched at a time.
  const pieces = pattern.replaceAll(folders, '$1').split(/\{([^{}]*)\}/);
  const isNested = pieces.some((piece) => /[{}]/.test(piece));
  const stars = pieces.map((piece, index) =>
    Math.max(...(index % 2 ? piece.split(',') : [piece]).map(starsIn)),
  );
  return !isNested && stars.reduce((sum, each) => sum + each, 0) <= mostStars;
}

function starsIn(text: string): number {
  return text.split('*').length - 1;
}
