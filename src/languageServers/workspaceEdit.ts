import { isObject, type JsonObject } from './json.ts';

/** An edit of more places is no edit that anybody could look through. */
const mostTargets = 5000;

/** Whether an object is an edit of several documents. */
export function isWorkspaceEdit(value: JsonObject): boolean {
  return (value['changes'] ?? value['documentChanges'] ?? undefined) !== undefined;
}

/**
 * The address of every document whose text an edit would change; `undefined` where it cannot be told, or where it does
 * anything else. The window makes, renames and deletes files later than it is told to, through whatever the container has
 * put in their way by then; in a folder that it may write, a server can do that itself.
 */
export function editTargets(edit: JsonObject): readonly string[] | undefined {
  const changes = edit['changes'] ?? {};
  const documentChanges = edit['documentChanges'] ?? [];
  if (!isObject(changes) || !Array.isArray(documentChanges)) return undefined;
  const targets = Object.keys(changes);
  for (const change of documentChanges as unknown[]) {
    const { kind, textDocument, edits } = isObject(change) ? change : {};
    const uri = isObject(textDocument) ? textDocument['uri'] : undefined;
    if (kind !== undefined || typeof uri !== 'string' || hasSnippet(edits)) return undefined;
    targets.push(uri);
  }
  return targets.length <= mostTargets ? targets : undefined;
}

/** A snippet would have the window put in what the server must not know. */
function hasSnippet(edits: unknown): boolean {
  return Array.isArray(edits) && edits.some((edit) => isObject(edit) && 'snippet' in edit);
}
