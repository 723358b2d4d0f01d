import { getPublicSuffix } from 'tldts';
// tldts says whether a name is a public suffix, and nowhere which ones are below it
import { edgeChild, edgeLength, edgeStart, labelText, rulesRoot } from 'tldts/dist/cjs/src/data/trie.js';

/**
 * What the public suffix list does not have: names that lead to any address that stands in them, and shared storage and
 * pages, as those who offer them say.
 */
const alsoShared = [
  ...['nip.io', 'sslip.io', 'xip.io', 'traefik.me'],
  ...['b-cdn.net', 'backblazeb2.com', 'firebaseio.com', 'wasabisys.com', 'wordpress.com'],
];

/**
 * Whether names of several owners are below a name, somewhere: a public suffix such as `github.io`, or what such a one is
 * below, such as `amazonaws.com`.
 */
export function isSharedName(name: string): boolean {
  return (
    getPublicSuffix(name, { allowPrivateDomains: true }) === name ||
    isAboveSuffix(name) ||
    alsoShared.some((shared) => `.${name}`.endsWith(`.${shared}`))
  );
}

function isAboveSuffix(name: string): boolean {
  let node: number | undefined = rulesRoot;
  for (const label of name.split('.').reverse()) {
    node = childOf(node, label);
    if (node === undefined) return false;
  }
  return edgesOf(node).length > 0;
}

function childOf(node: number, label: string): number | undefined {
  const edge = edgesOf(node).find(
    (each) => labelText.startsWith(label, labelStart[each]) && edgeLength[each] === label.length,
  );
  return edge === undefined ? undefined : edgeChild[edge];
}

function edgesOf(node: number): readonly number[] {
  const [first = 0, end = 0] = edgeStart.subarray(node, node + 2);
  return Array.from({ length: end - first }, (_, index) => first + index);
}

const labelStart = new Uint32Array(edgeLength.length);
edgeLength.forEach((length, edge) => {
  labelStart[edge + 1] = (labelStart[edge] ?? 0) + length;
});
