/** The name of a workspace's container and network for people: `cordon-<slug>-<first 8 of the id>`. */
export function engineName(workspaceName: string, workspaceId: string): string {
  return `${prefix}${slug(workspaceName)}${suffix(workspaceId)}`;
}

/** True for a name that the workspace has now or had before it was renamed. */
export function isEngineNameOf(name: string, workspaceId: string): boolean {
  return name.startsWith(prefix) && name.endsWith(suffix(workspaceId));
}

/** A host name by RFC 1123 made of a workspace's name: lower case letters, digits and inner hyphens. */
export function hostName(workspaceName: string): string {
  const name = slug(workspaceName)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? fallback : name;
}

const prefix = 'cordon-';
const fallback = 'workspace';
const longestSlug = 40;

/** What of a name an engine accepts everywhere: 1 to 40 of `a-z A-Z 0-9 _ . -`, a letter or digit at both ends. */
function slug(name: string): string {
  const kept = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[_.-]+/, '')
    .slice(0, longestSlug)
    .replace(/[_.-]+$/, '');
  return kept === '' ? fallback : kept;
}

function suffix(workspaceId: string): string {
  return `-${workspaceId.replace(/[^a-zA-Z0-9]/g, '').slice(0, 8)}`;
}
