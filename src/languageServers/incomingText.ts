import { isObject, type JsonObject } from './json.ts';
import { plainText } from './plainText.ts';

const mostDiagnostics = 1000;
const longestMessage = 10_000;
const mostRelated = 50;

/** Under these keys stands a text or an object: the window would make a text of a list, past every look at it. */
const noLists = ['value', 'language', 'documentation', 'tooltip'] as const;

/** An object of a server's message with its texts made harmless. */
export function cleanObject(given: JsonObject, markdown: (text: string) => string): JsonObject {
  // A pattern of the server's would be matched by the window.
  const { wordPattern: _dropped, ...value } = given;
  const { kind, value: text, contents, codeDescription, language } = value;
  const lists = noLists.filter((key) => Array.isArray(value[key]));
  // Also text with a language is drawn as markdown.
  const isMarkdown = typeof text === 'string' && (kind === 'markdown' || typeof language === 'string');
  return {
    ...value,
    ...Object.fromEntries(lists.map((key) => [key, ''])),
    ...(isMarkdown && { value: kind === 'markdown' ? markdown(text) : withoutFence(text) }),
    ...(typeof language === 'string' && { language: language.replaceAll(/[^\w+#.-]/g, '') }),
    ...(contents !== undefined && { contents: cleanContents(contents, markdown) }),
    ...(codeDescription !== undefined && { codeDescription: webLink(codeDescription) }),
  };
}

/** Diagnostics with their number and length bounded. */
export function cleanDiagnostics(given: unknown): unknown[] {
  const list = Array.isArray(given) ? (given as unknown[]) : [];
  return list.slice(0, mostDiagnostics).map((each) => {
    if (!isObject(each)) return each;
    const { message, source, code, relatedInformation } = each;
    const related = Array.isArray(relatedInformation) ? (relatedInformation as unknown[]) : [];
    return {
      ...each,
      message: shortened(message, longestMessage) ?? '',
      source: shortened(source, 200),
      code: typeof code === 'number' ? code : shortened(code, 200),
      relatedInformation: related
        .slice(0, mostRelated)
        .map((one) =>
          isObject(one) ? { ...one, message: shortened(one['message'], longestMessage) ?? '' } : one,
        ),
    };
  });
}

/** What a server answers when it is asked for diagnostics: of one document, and nothing of others. */
export function cleanReport(report: unknown): JsonObject {
  const { kind, items, resultId } = isObject(report) ? report : {};
  const id = typeof resultId === 'string' ? { resultId } : {};
  return kind === 'unchanged'
    ? { kind, resultId: shortened(resultId, 1000) ?? '' }
    : { kind: 'full', items: cleanDiagnostics(items), ...id };
}

function shortened(text: unknown, longest: number): string | undefined {
  return typeof text === 'string' ? text.slice(0, longest) : undefined;
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
  if (!Array.isArray(contents)) return isObject(contents) ? contents : '';
  return (contents as unknown[]).flatMap((each): unknown[] => {
    if (typeof each === 'string') return [markdown(each)];
    return isObject(each) ? [each] : [];
  });
}

function webLink(description: unknown): unknown {
  const href = isObject(description) ? description['href'] : undefined;
  return typeof href === 'string' && /^https?:\/\//i.test(href) ? { href } : undefined;
}

/** Text that does not end the block of code in which it is put. */
function withoutFence(text: string): string {
  return text.replaceAll('```', '`\u200b``');
}
