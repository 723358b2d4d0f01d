/** The name of a workspace as a part of a file's name. */
export function fileNameOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-').replace(/^[.-]+/, '') || 'workspace';
}
