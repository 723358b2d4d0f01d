import type { RpcMessage } from './json.ts';

/** What becomes of a message: it goes on, it is answered in the other side's place, or neither. */
export interface Passage {
  readonly onward?: RpcMessage;
  readonly back?: RpcMessage;
}

/** Of a message that nobody gets. */
export const stopped: Passage = {};

/** Codes of the protocol. */
export const rpcErrors = { methodNotFound: -32601, requestFailed: -32803 } as const;

/** Answers a request in place of the other side. */
export function answer({ id }: RpcMessage, result: unknown): Passage {
  return id === undefined ? stopped : { back: { jsonrpc: '2.0', id, result } };
}

/** Refuses a request in place of the other side. */
export function refusal(
  { id }: RpcMessage,
  code: number,
  message: string,
  direction: keyof Passage = 'back',
): Passage {
  return id === undefined ? stopped : { [direction]: { jsonrpc: '2.0', id, error: { code, message } } };
}
