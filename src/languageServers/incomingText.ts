import { isObject, type JsonObject } from './json.ts';
import { plainText } from './plainText.ts';

const mostDiagnostics = 1000;
const longestMessage = 10_000;

/** An object of a server's message with its texts made harmless. */
export function cleanObject(value: JsonObject, markdown: (text: string) => string): JsonObject {
  const { kind, value: text, contents, codeDescription } = value;
  if (typeof text !== 'string' && contents === undefined && codeDescription === undefined) return value;
  // Also text with a language is drawn as markdown.
  const isMarkdown =
    typeof text === 'string' && (kind === 'markdown' || typeof value['language'] === 'string');
  return {
    ...value,
    ...(isMarkdown && { value: kind === 'markdown' ? markdown(text) : withoutFence(text) }),
    ...(typeof value['language'] === 'string' && {
      language: value['language'].replaceAll(/[^\w+#.-]/g, ''),
    }),
    ...(contents !== undefined && { contents: cleanContents(contents, markdown) }),
    ...(codeDescription !== undefined && { codeDescription: webLink(codeDescription) }),
  };
}

/** Diagnostics with their number and length bounded. */
export function cleanDiagnostics(params: JsonObject): JsonObject {
  const given = Array.isArray(params['diagnostics']) ? (params['diagnostics'] as unknown[]) : [];
  const diagnostics = given.slice(0, mostDiagnostics).map((each) => {
    if (!isObject(each)) return each;
    const { message } = each;
    return { ...each, message: typeof message === 'string' ? message.slice(0, longestMessage) : '' };
  });
  return { ...params, diagnostics };
}

/** What is told of work under way; `undefined` for anything else that is sent under this name. */
export function cleanProgress({ token, value }: JsonObject): JsonObject | undefined {
  if (!isObject(value) || !['begin', 'report', 'end'].includes(String(value['kind']))) return undefined;
  const { kind, title, message, percentage } = value;
  const told = {
    kind,
    ...(typeof title === 'string' && { title: plainText(title, 200) }),
    ...(typeof message === 'string' && { message: plainText(message, 200) }),
    ...(typeof percentage === 'number' && { percentage }),
  };
  return { token, value: told };
}

/** Strings in here are markdown, too. */
function cleanContents(contents: unknown, markdown: (text: string) => string): unknown {
  if (typeof contents === 'string') return markdown(contents);
  return Array.isArray(contents)
    ? contents.map((each: unknown) => (typeof each === 'string' ? markdown(each) : each))
    : contents;
}

function webLink(description: unknown): unknown {
  const href = isObject(description) ? description['href'] : undefined;
  return typeof href === 'string' && /^https?:\/\//i.test(href) ? { href } : undefined;
}

/** Text that does not end the block of code in which it is put. */
function withoutFence(text: string): string {
  return text.replaceAll('```', '`\u200b``');
}
