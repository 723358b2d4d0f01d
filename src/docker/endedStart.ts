import { UnstartableContainer } from '../workspaces/unstartableContainer.ts';
import { refusalText } from './engineErrors.ts';

/** A handler that tells a start which can never succeed from every other failure. */
export function refuseForGood(error: unknown): never {
  throw /\btask \S+ already exists/i.test(refusalText(error)) ? new UnstartableContainer(error) : error;
}
