/**
 * Marks that all windows of this person see for ten minutes at least: that an exec is Cordon's own, and that one window
 * has taken it on itself to report what all of them see.
 */
export interface SharedMarks {
  /** Leaves a mark. False when it was there already. */
  leave(name: string): Promise<boolean>;
  has(name: string): Promise<boolean>;
}

/** The mark of an exec that Cordon starts. */
export function execMark(execId: string): string {
  return `exec ${execId}`;
}
