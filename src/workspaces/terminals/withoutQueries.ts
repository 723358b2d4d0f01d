/**
 * What a terminal answers as if the person had typed it: its state and place of the cursor (DSR), what it is (DA, ENQ,
 * XTVERSION), its modes and settings (DECRQM, DECRQSS, XTGETTCAP, the keyboard protocol), its size and title (window
 * reports) and its colours (OSC with a question mark).
 */
const queries = new RegExp(
  [
    String.raw`\x05`,
    String.raw`\x1b\[[0-9;?>=]*[cn]`,
    String.raw`\x1b\[>[0-9;]*q`,
    String.raw`\x1b\[\?[0-9;]*u`,
    String.raw`\x1b\[\??[0-9;]*\$p`,
    String.raw`\x1b\[(?:1[13-689]|2[01])(?:;[0-9;]*)?t`,
    String.raw`\x1bZ`,
    String.raw`\x1bP[+$]q[^\x1b\x07\x9c]*(?:\x1b\\|\x9c)`,
    // Only from the first question mark on: from each of many, an end that is missing would be looked for anew.
    String.raw`\x1b\](?:4|5|1\d)(?:;(?!\?)[^\x07\x1b;]*)*;\?[^\x07\x1b]*(?:\x07|\x1b\\)`,
  ].join('|'),
  'g',
);

/** What was printed to a terminal before, so that showing it anew makes the new one answer nothing to the shell. */
export function withoutQueries(output: Buffer): Buffer {
  return Buffer.from(output.toString('latin1').replaceAll(queries, ''), 'latin1');
}
