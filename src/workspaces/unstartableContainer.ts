import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/** The engine was ended in the middle of a start, and can never start this container again, as Docker 20.10 cannot. */
export class UnstartableContainer extends CordonError {
  constructor(cause: unknown) {
    super(
      'engineFailed',
      l10n.t(
        'The engine was ended while it started the container, and cannot start it any more. Archive the workspace and restore it: its container is made anew.',
      ),
      cause,
    );
  }
}
