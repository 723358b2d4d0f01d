const zeroWidthSpace = '\u200b';
const longestMarkdown = 100_000;

/** So much of a text as a person reads, without what could hide or reorder it, link or draw icons. */
export function plainText(text: string, longest = 1000): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const visible = cut.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
  return visible.replaceAll('](', `]${zeroWidthSpace}(`).replaceAll('$(', `$${zeroWidthSpace}(`);
}

/**
 * Markdown without images: the window would fetch them, and their addresses would carry what the container knows out of
 * it. Addresses of files are carried over to the window.
 */
export function safeMarkdown(text: string, toHost: (uri: string) => string | undefined): string {
  const cut = text.length > longestMarkdown ? `${text.slice(0, longestMarkdown)}…` : text;
  // Nothing can be an image where nothing can be a link: code that holds `![` stays as it is then.
  const still = /\](?:\(|\[|:)/.test(cut) ? cut.replaceAll('![', `!${zeroWidthSpace}[`) : cut;
  return still.replaceAll(/\bfile:\/\/[^\s<>()[\]"'`]+/g, (uri) => toHost(uri) ?? uri);
}
