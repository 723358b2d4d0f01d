import { CordonError } from '../../shared/errors.ts';

/** What is to be kept from a workspace is open to it, so that it stays paused. */
export class OpenToWorkspace extends CordonError {
  constructor(message: string) {
    super('conflict', message);
  }
}
