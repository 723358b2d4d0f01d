/** Makes sure that programs are there; `wanted` names the Debian package of each. Rejects where one cannot be had. */
export function ensurePrograms(
  wanted: Readonly<Record<string, string>>,
  options: { readonly why: string },
): Promise<void>;
