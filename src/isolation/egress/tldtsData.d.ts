/** The public suffix list as tldts has it: a tree of labels, as arrays. */
declare module 'tldts/dist/cjs/src/data/trie.js' {
  /** The edges from node `n` are those from `edgeStart[n]` to before `edgeStart[n + 1]`. */
  export const edgeStart: Uint16Array;
  /** The lengths of the labels of edges, which stand one after the other in `labelText`. */
  export const edgeLength: Uint8Array;
  export const edgeChild: Uint16Array;
  export const labelText: string;
  export const rulesRoot: number;
}
