const zeroWidthSpace = '\u200b';

/** The text with nothing in it that a notification would make a link of: a link in a name could run any command. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', `]${zeroWidthSpace}(`);
}

/** The text with nothing in it that labels would draw as an icon, `$(…)`. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', `$${zeroWidthSpace}(`);
}
