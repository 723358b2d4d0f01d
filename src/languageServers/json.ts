import { ProtocolFailure } from './frames.ts';

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A message of JSON-RPC: a request, a notification or a response. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The list that an object has under a name; an empty one where it has none. */
export function listIn(value: unknown, key: string): readonly unknown[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Reads the object that a message is. Throws a `ProtocolFailure` for what is none. */
export function parseObject(content: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    throw new ProtocolFailure('a message that is no JSON');
  }
  if (!isObject(value)) throw new ProtocolFailure('a message that is no object');
  return value;
}

/** Reads the content of a message of JSON-RPC. Throws a `ProtocolFailure` for what is none. */
export function parseMessage(content: Buffer): RpcMessage {
  const { id, method, params, result, error } = parseObject(content);
  if (method !== undefined && typeof method !== 'string')
    throw new ProtocolFailure('a method that is no text');
  const isId = typeof id === 'string' || typeof id === 'number';
  if (method === undefined && !isId && error === undefined)
    throw new ProtocolFailure('a message without a method');
  return {
    jsonrpc: '2.0',
    ...(isId && { id }),
    ...(method !== undefined && { method }),
    ...(params !== undefined && { params }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
  };
}
