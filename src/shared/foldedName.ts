/** A name in small letters, the same one for all names that some disk takes for the same: also `ſ` for `s`. */
export function foldedName(name: string): string {
  return name.toUpperCase().toLowerCase();
}
