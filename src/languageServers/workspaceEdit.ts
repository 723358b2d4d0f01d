import { isObject, type JsonObject } from './json.ts';

/** What an edit does with one path. */
export type ChangeKind = 'edit' | 'create' | 'rename' | 'delete';

/** One place that an edit would change, by its address. */
export interface EditTarget {
  readonly uri: string;
  readonly kind: ChangeKind;
}

/** An edit of more places is no edit that anybody could look through. */
const mostTargets = 5000;

/** Whether an object is an edit of several documents. */
export function isWorkspaceEdit(value: JsonObject): boolean {
  return (value['changes'] ?? value['documentChanges'] ?? undefined) !== undefined;
}

/** Every place that an edit would change; `undefined` where it cannot be told. */
export function editTargets(edit: JsonObject): readonly EditTarget[] | undefined {
  const changes = edit['changes'] ?? {};
  const documentChanges = edit['documentChanges'] ?? [];
  if (!isObject(changes) || !Array.isArray(documentChanges)) return undefined;
  const targets: EditTarget[] = Object.keys(changes).map((uri) => ({ uri, kind: 'edit' }));
  for (const change of documentChanges as unknown[]) {
    const found = isObject(change) ? targetsOf(change) : undefined;
    if (!found) return undefined;
    targets.push(...found);
  }
  return targets.length <= mostTargets ? targets : undefined;
}

function targetsOf(change: JsonObject): readonly EditTarget[] | undefined {
  const { kind, uri, oldUri, newUri, textDocument } = change;
  if (kind === undefined) {
    const document = isObject(textDocument) ? textDocument['uri'] : undefined;
    return typeof document === 'string' ? [{ uri: document, kind: 'edit' }] : undefined;
  }
  if (kind === 'rename' && typeof oldUri === 'string' && typeof newUri === 'string')
    return [
      { uri: oldUri, kind: 'rename' },
      { uri: newUri, kind: 'create' },
    ];
  return (kind === 'create' || kind === 'delete') && typeof uri === 'string' ? [{ uri, kind }] : undefined;
}
