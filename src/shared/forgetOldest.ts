/** Forgets the oldest entry where there are more than so many; to be called after each one that is added. */
export function forgetOldest<K>(kept: Map<K, unknown> | Set<K>, most: number): void {
  if (kept.size <= most) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
