/** Sends one request to a container engine over its socket and returns the whole answer. */
export function engineRequest(
  socketPath: string,
  method: string,
  path: string,
  options?: {
    readonly body?: string | Uint8Array;
    readonly headers?: Record<string, string>;
    readonly timeoutMs?: number;
  },
): Promise<{ readonly status: number; readonly text: string }>;

/** Like `engineRequest`, for an answer in JSON; fails unless the engine says that all went well. */
export function engineJson(
  socketPath: string,
  method: string,
  path: string,
  options?: { readonly value?: unknown; readonly timeoutMs?: number },
): Promise<unknown>;
