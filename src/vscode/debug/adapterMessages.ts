import path from 'node:path';
import { ProtocolFailure } from '../../languageServers/frames.ts';
import { containerScheme } from '../../languageServers/folderUris.ts';
import { withoutLinks } from '../inertText.ts';
import { isObject, parseObject, type JsonObject } from '../../languageServers/json.ts';

/** Which files are meant by what an adapter says. */
export interface AdapterPlace {
  readonly workspaceId: string;
  /** The folder on this machine. */
  readonly folder: string;
}

const longestError = 2000;

/** The events of the Debug Adapter Protocol 1.71 that only tell; extensions begin debugging at some of their own. */
const tellingEvents: readonly unknown[] = [
  ...['breakpoint', 'capabilities', 'continued', 'exited', 'initialized', 'invalidated', 'loadedSource'],
  ...['memory', 'module', 'output', 'process', 'stopped', 'terminated', 'thread'],
];

/**
 * What passes of what a debug adapter says that runs among code which is not trusted. The protocol lets an adapter run
 * commands on this machine (`runInTerminal`), begin debugging as it likes (`startDebugging`) and put a link to a command
 * into an error. No request passes, it is `refused`. Throws a `ProtocolFailure` for what is no message.
 */
export function passAdapterMessage(content: Buffer, place: AdapterPlace): JsonObject | 'refused' | 'nothing' {
  const message = parseObject(content);
  const { type, event } = message;
  if (type === 'response') return withOwnSources(withInertError(message), place);
  if (type === 'request') return 'refused';
  if (type !== 'event') throw new ProtocolFailure('a message of no known type');
  if (!tellingEvents.includes(event)) return 'nothing';
  // what it may carry makes the window begin again
  if (event === 'terminated') return { ...message, body: {} };
  if (event === 'output') return withOwnSources(asPlainOutput(message), place);
  return withOwnSources(message, place);
}

/** Other kinds of output may be shown as a notification, or sent away. */
function asPlainOutput(message: JsonObject): JsonObject {
  const { body } = message;
  if (!isObject(body) || ['stdout', 'stderr', undefined].includes(body['category'] as string)) return message;
  return { ...message, body: { ...body, category: 'console' } };
}

/** VS Code shows an error as a notification, which makes links of its text once the variables are put in, or has a button for one. */
function withInertError(response: JsonObject): JsonObject {
  const { message, body } = response;
  if (message === undefined && !(isObject(body) && 'error' in body)) return response;
  const error = isObject(body) && isObject(body['error']) ? body['error'] : undefined;
  return {
    ...response,
    ...(message !== undefined && { message: inert(message) }),
    ...(isObject(body) && {
      body: { ...body, error: error && { id: error['id'], format: inert(filledIn(error)) } },
    }),
  };
}

function filledIn({ format, variables }: JsonObject): string {
  const known = isObject(variables) ? variables : {};
  return String(format).replace(/\{([^{}]{1,100})\}/g, (placeholder, name: string) =>
    Object.hasOwn(known, name) ? String(known[name]) : placeholder,
  );
}

function inert(text: unknown): string {
  return withoutLinks(String(text).slice(0, longestError));
}

/** With every file that is not of the folder as the container's own, which is only read. */
function withOwnSources<T>(value: T, place: AdapterPlace): T {
  if (Array.isArray(value)) return value.map((each: unknown) => withOwnSources(each, place)) as T;
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    const inner = withOwnSources(each, place);
    if (key === 'source' || key === 'location') return [key, ownSource(inner, place)];
    const isList = key === 'sources' && Array.isArray(inner);
    return [key, isList ? inner.map((source: unknown) => ownSource(source, place)) : inner];
  });
  return Object.fromEntries(entries) as T;
}

function ownSource(source: unknown, { workspaceId, folder }: AdapterPlace): unknown {
  // what the adapter gives the text of itself is opened nowhere
  if (!isObject(source) || isReference(source['sourceReference'])) return source;
  const { path: file, name, ...others } = source;
  // without a path VS Code opens what the name says
  const rest = {
    ...others,
    ...(typeof name === 'string' && { name: name.split(/[\\/:]/).at(-1) }),
  };
  if (typeof file !== 'string') return rest;
  const inside = path.relative(folder, file);
  if (path.isAbsolute(file) && !inside.startsWith('..') && !path.isAbsolute(inside))
    return { ...rest, path: file };
  if (!file.startsWith('/')) return rest;
  const address = path.posix.normalize(file).split('/').map(encodeURIComponent).join('/');
  return { ...rest, path: `${containerScheme}://${workspaceId}${address}` };
}

const isReference = (value: unknown) => typeof value === 'number' && value > 0;
