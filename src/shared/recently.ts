/** Gives what `find` found at most so many milliseconds ago, and has it look again after that. */
export function recently<T>(find: () => T, freshMs: number): () => T {
  let latest: { readonly atMs: number; readonly found: T } | undefined;
  return () => {
    const nowMs = performance.now();
    if (!latest || nowMs - latest.atMs > freshMs) latest = { atMs: nowMs, found: find() };
    return latest.found;
  };
}
