import type { TriedName } from '../../workspaces/proxy/egressTally.ts';

/**
 * As many names as there is room for: those that were denied the last time first, and each where it stood, for a row must
 * not move away below a mouse. Where there are more, they are the newest of either kind: a crowd of the one hides none of
 * the other.
 */
export function inOrder(names: readonly TriedName[], most = names.length): readonly TriedName[] {
  const byAge = [...names].sort((a, b) => a.firstMs - b.firstMs);
  const denied = byAge.filter(({ verdict }) => verdict === 'denied');
  const reached = byAge.filter(({ verdict }) => verdict !== 'denied');
  const half = Math.ceil(most / 2);
  return [
    ...newest(denied, Math.max(half, most - reached.length)),
    ...newest(reached, Math.max(most - half, most - denied.length)),
  ];
}

function newest<T>(byAge: readonly T[], most: number): readonly T[] {
  return byAge.slice(Math.max(0, byAge.length - most));
}
