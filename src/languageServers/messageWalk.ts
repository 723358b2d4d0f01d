import { ProtocolFailure } from './frames.ts';
import { isObject, type JsonObject } from './json.ts';

/** In place of what has no place on the other side. */
export const nowhere = Symbol('nowhere');

/** Further than this a message of the protocol does not nest. */
const deepest = 100;

/** Under these keys an address stands; what else looks like one is text of a document or of the server. */
const uriKeys: ReadonlySet<string> = new Set([
  ...['uri', 'targetUri', 'oldUri', 'newUri', 'scopeUri', 'baseUri', 'rootUri'],
]);
/** Under these keys an object has addresses for its keys. */
const mapKeys: ReadonlySet<string> = new Set(['changes', 'relatedDocuments']);

/** What is to be done with the parts of a message that passes. */
export interface WalkRules {
  uri(uri: string): string | undefined;
  /** Of the arguments of a command. */
  argument(text: string): string;
  /** An object that is about to be walked: another one in its place, or `nowhere`. */
  object?(value: JsonObject): JsonObject | typeof nowhere;
}

/**
 * Copies a message with its addresses carried over. An element of a list that has no place on the other side is left
 * out of it; anything else takes the whole that it is a part of with it. What servers keep in `data` is theirs, and
 * passes as it is.
 */
export function walk(value: unknown, rules: WalkRules, depth = 0): unknown {
  if (depth > deepest) throw new ProtocolFailure('a message that nests too deep');
  if (Array.isArray(value)) return walkList(value, rules, depth);
  return isObject(value) ? walkObject(value, rules, depth) : value;
}

/** Copies the arguments of a command, with every text carried over that is as a whole an address or a path. */
export function walkArguments(value: unknown, argument: (text: string) => string, depth = 0): unknown {
  if (depth > deepest) throw new ProtocolFailure('a message that nests too deep');
  if (typeof value === 'string') return argument(value);
  if (Array.isArray(value)) return value.map((each) => walkArguments(each, argument, depth + 1));
  if (!isObject(value)) return value;
  return copy(value, (_key, each) => walkArguments(each, argument, depth + 1));
}

function walkList(list: readonly unknown[], rules: WalkRules, depth: number): unknown[] {
  const kept: unknown[] = [];
  for (const each of list) {
    const walked = typeof each === 'object' ? walk(each, rules, depth + 1) : each;
    if (walked !== nowhere) kept.push(walked);
  }
  return kept;
}

function walkObject(given: JsonObject, rules: WalkRules, depth: number): unknown {
  const value = rules.object ? rules.object(given) : given;
  if (value === nowhere) return nowhere;
  return copy(value, (key, each) => {
    if (uriKeys.has(key)) return walkAddress(each, rules, depth + 1);
    if (typeof each !== 'object' || each === null || key === 'data') return each;
    if (key === 'arguments') return walkArguments(each, (text) => rules.argument(text), depth + 1);
    if (mapKeys.has(key) && isObject(each)) return walkMap(each, rules, depth + 1);
    return walk(each, rules, depth + 1);
  });
}

/** An address, or the object that a base is. Whatever else stands there could become one by being made a text. */
function walkAddress(value: unknown, rules: WalkRules, depth: number): unknown {
  if (value === undefined || value === null) return value;
  if (typeof value === 'string') return rules.uri(value) ?? nowhere;
  return isObject(value) ? walkObject(value, rules, depth) : nowhere;
}

/** Entries at addresses without a place are left out. */
function walkMap(map: JsonObject, rules: WalkRules, depth: number): unknown {
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(map)) {
    const uri = rules.uri(key);
    const walked = walk(value, rules, depth + 1);
    if (uri !== undefined && walked !== nowhere) entries.push([uri, walked]);
  }
  return Object.fromEntries(entries);
}

/** A copy whose values come from `change`; `nowhere` as soon as one of them is. */
function copy(
  value: JsonObject,
  change: (key: string, value: unknown) => unknown,
): JsonObject | typeof nowhere {
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    // Written to, it would be no key.
    if (key === '__proto__') continue;
    const changed = change(key, value[key]);
    if (changed === nowhere) return nowhere;
    copied[key] = changed;
  }
  return copied;
}
