/** Every code that an error of Cordon can carry; fixed by version 1 of the API. */
export type ErrorCode =
  | 'workspaceNotFound'
  | 'workspaceExists'
  | 'workspaceArchived'
  | 'invalidName'
  | 'invalidRequest'
  | 'folderNotFound'
  | 'folderForbidden'
  | 'folderUnreadable'
  | 'engineUnavailable'
  | 'engineUnsupported'
  | 'imageNotFound'
  | 'imagePullFailed'
  | 'notRunning'
  | 'isolationNotHeld'
  | 'portInUse'
  | 'conflict'
  | 'timeout'
  | 'cancelled'
  | 'storageFailed'
  | 'engineFailed';

/** A failure that a person or another extension can act on: a stable code, one sentence, and the cause for the log. */
export class CordonError extends Error {
  override readonly name = 'CordonError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Passes a Cordon error on as it is and wraps anything else, so that nothing raw reaches a person. */
export function toCordonError(error: unknown, code: ErrorCode, message: string): CordonError {
  return error instanceof CordonError ? error : new CordonError(code, message, error);
}

/** True for an error of Cordon that carries the given code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof CordonError && error.code === code;
}

/** Code and sentence of an error, without its cause: what may be stored, listed or shown. */
export interface ErrorSummary {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The part of an error that may be stored in a record or handed out in a batch result. */
export function summarize(error: unknown): ErrorSummary {
  const { code, message } = toCordonError(
    error,
    'engineFailed',
    error instanceof Error ? error.message : String(error),
  );
  return { code, message };
}
