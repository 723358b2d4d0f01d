import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { UserId } from './workspaceUser.ts';

const part = String.raw`[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}`;
const grammar = new RegExp(`^${part}(?::${part})?$`);

/** The user that an image names: by numbers where it gives both or means root, else by name. Throws `invalidRequest`. */
export function parseImageUser(text: string): UserId | { readonly name: string } {
  if (/^(?:|root|0)(?::(?:root|0))?$/.test(text)) return { uid: 0, gid: 0 };
  const [, uid, gid] = /^(\d{1,10}):(\d{1,10})$/.exec(text) ?? [];
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  if (grammar.test(text)) return { name: text };
  throw new CordonError(
    'invalidRequest',
    l10n.t('The image names a user that cannot be used: {0}', JSON.stringify(text.slice(0, 100))),
  );
}
