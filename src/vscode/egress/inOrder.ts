import type { TriedName } from '../../workspaces/proxy/egressTally.ts';

/** Those that were denied the last time first, and each where it stood: a row must not move away below a mouse. */
export function inOrder(names: readonly TriedName[]): readonly TriedName[] {
  const rank = ({ verdict }: TriedName) => (verdict === 'denied' ? 0 : 1);
  return [...names].sort((a, b) => rank(a) - rank(b) || a.firstMs - b.firstMs);
}
