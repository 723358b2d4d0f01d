/**
 * Whether a symbolic link at a path may lead out of the folder, by what it says. Where `..` follows a name, that depends on
 * where other links lead, so it may.
 */
export function leadsOut(path: string, target: string): boolean {
  if (target.startsWith('/')) return true;
  const names = target.split('/').filter((name) => name !== '' && name !== '.');
  const first = names.findIndex((name) => name !== '..');
  const ups = first < 0 ? names.length : first;
  const depth = path.split('/').length - 1;
  return ups > depth || names.slice(ups).includes('..');
}
