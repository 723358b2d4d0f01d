/**
 * Colours and moves of the cursor, strings for the terminal such as its title, and other commands; of one that is cut
 * off, its beginning. No part can take in the beginning of another sequence, so that the time grows with the text only:
 * with the expression of Node.js it grows with its square.
 */
const sequences =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[\]PX^_][^\u0000-\u001f\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

/** What a program printed, without what it says to a terminal. */
export function withoutSequences(text: string): string {
  return text.replaceAll(sequences, '');
}
