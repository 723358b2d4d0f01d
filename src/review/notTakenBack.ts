import { CordonError, type ErrorCode } from '../shared/errors.ts';

/** An accept that was broken off is taken back, but not as a whole. A person must hear of it, also after a cancel. */
export class NotTakenBack extends CordonError {
  /** The folder in which what could not be put back is kept; missing for nothing. */
  readonly originals: string | undefined;

  constructor(code: ErrorCode, message: string, originals: string | undefined, cause?: unknown) {
    super(code, message, cause);
    this.originals = originals;
  }
}

/** The same, of a workspace. */
export interface LeftBehind {
  readonly workspaceId: string;
  readonly error: NotTakenBack;
}
