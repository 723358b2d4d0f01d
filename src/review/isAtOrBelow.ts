/**
 * Tells whether a path or a folder above it is one of these. What was found out of a folder is remembered for what is in
 * it: paths can be very many and very deep.
 */
export function isAtOrBelow(named: ReadonlySet<string>): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const climbed: string[] = [];
    let isFound: boolean | undefined;
    for (let at = path; isFound === undefined; at = at.slice(0, at.lastIndexOf('/'))) {
      isFound = known.get(at) ?? (named.has(at) || (at.includes('/') ? undefined : false));
      climbed.push(at);
    }
    for (const each of climbed) known.set(each, isFound);
    return isFound;
  };
}
