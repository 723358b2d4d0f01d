/**
 * Waits for the end of all of them, also where one fails: what the others still do could not be undone. Rejects with the
 * first failure, in the order in which they are given.
 */
export async function allEnded<T extends readonly unknown[] | []>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}
