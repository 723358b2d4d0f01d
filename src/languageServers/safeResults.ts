import { cleanReport } from './incomingText.ts';
import { isObject, type JsonObject } from './json.ts';

/** Methods whose answers the window would apply to files without asking anybody. */
const appliedUnasked = /^(?:textDocument\/willSaveWaitUntil|workspace\/will(?:Create|Rename|Delete)Files)$/;

/** What a server answers to a question of the window, by what was asked, before the addresses in it are carried over. */
export function safeResult(method: string, result: unknown, mayEditByItself: boolean): unknown {
  if (appliedUnasked.test(method) && !mayEditByItself) return null;
  if (method === 'textDocument/diagnostic') return cleanReport(result);
  if (method === 'workspace/diagnostic') return null;
  if (method.startsWith('textDocument/semanticTokens/')) return tokens(result);
  if (method === 'textDocument/completion') return completions(result);
  if (method === 'completionItem/resolve') return isObject(result) ? completion(result, undefined) : null;
  return result;
}

/** The window makes arrays of what stands here: nothing but whole numbers does. */
function tokens(result: unknown): JsonObject | null {
  if (!isObject(result)) return null;
  const { resultId, data, edits } = result;
  const id = typeof resultId === 'string' ? { resultId } : {};
  if (!Array.isArray(edits)) return areNumbers(data) ? { ...id, data } : null;
  const safe = edits.flatMap((edit: unknown) => {
    const { start, deleteCount, data: more } = isObject(edit) ? edit : {};
    const isFine = areNumbers([start, deleteCount]) && (more === undefined || areNumbers(more));
    return isFine ? [{ start, deleteCount, ...(more !== undefined && { data: more }) }] : [];
  });
  return safe.length === edits.length ? { ...id, edits: safe } : null;
}

function areNumbers(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((each) => typeof each === 'number' && Number.isInteger(each) && each >= 0 && each < 2 ** 32)
  );
}

function completions(result: unknown): unknown {
  const list = isObject(result) ? result : {};
  const items: readonly unknown[] = Array.isArray(result)
    ? result
    : Array.isArray(list['items'])
      ? list['items']
      : [];
  const defaults = isObject(list['itemDefaults']) ? list['itemDefaults'] : undefined;
  const safe = items.flatMap((item) =>
    isObject(item) ? [completion(item, defaults?.['insertTextFormat'])] : [],
  );
  return isObject(result) ? { ...result, items: safe } : safe;
}

const snippet = 2;

/** A snippet can name variables such as the clipboard: whatever the window put in would come back to the server. */
function completion(item: JsonObject, usualFormat: unknown): JsonObject {
  if ((item['insertTextFormat'] ?? usualFormat) !== snippet) return item;
  const { insertText, textEditText, textEdit, label } = item;
  const safe = (text: unknown) => (typeof text === 'string' ? withoutVariables(text) : undefined);
  const edit = isObject(textEdit) && { textEdit: { ...textEdit, newText: safe(textEdit['newText']) ?? '' } };
  return {
    ...item,
    insertText: safe(insertText) ?? safe(label) ?? '',
    ...(textEditText !== undefined && { textEditText: safe(textEditText) ?? '' }),
    ...edit,
  };
}

/** A snippet whose variables and transforms are plain text; places to type in and choices stay. */
export function withoutVariables(text: string): string {
  return text.replaceAll(/\\.|\$(?=\{?[A-Za-z_])|\$(?=\{\d+\/)/gs, (found) =>
    found === '$' ? '\\$' : found,
  );
}
