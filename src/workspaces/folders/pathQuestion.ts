import * as l10n from '@vscode/l10n';
import { containerIdOf } from '../containerState.ts';
import type { SecurityFinding } from '../monitor/securityReporter.ts';
import type { Workspace } from '../workspace.ts';
import { textHash } from './pathContent.ts';
import { shownPaths } from './shownPaths.ts';

/** Something that a person is to decide. Paths are hostile input. */
export interface PathQuestion {
  readonly kind: 'protected' | 'hidden' | 'lost';
  /** The folder, an absolute path. */
  readonly root: string;
  /** Relative to the folder. */
  readonly paths: readonly string[];
  /** The workspaces that could read or change them. Those were paused, except for `protected`. */
  readonly workspaceIds: readonly string[];
}

/** Windows that notice the same within this long report it once. */
const sameMs = 10_000;

/** What the security log of a workspace gets to hold of a question. What is critical pauses the workspace. */
export function securityFinding(
  kind: PathQuestion['kind'],
  { id, container }: Pick<Workspace, 'id' | 'container'>,
  paths: readonly string[],
): SecurityFinding {
  const shown = shownPaths(paths);
  const causes = { protected: 'protectedPath', hidden: 'hiddenPath', lost: 'protectionLost' } as const;
  const sentences = {
    protected: l10n.t('What can make this machine run code came up in the folder: {0}.', shown),
    hidden: l10n.t('What may hold secrets came up in the folder while it could be read: {0}.', shown),
    lost: l10n.t('The host replaced what was kept from the container: {0}.', shown),
  };
  const period = Math.floor(Date.now() / sameMs);
  return {
    workspaceId: id,
    cause: causes[kind],
    severity: kind === 'protected' ? 'warning' : 'critical',
    message: sentences[kind],
    subjects: paths,
    occurrence: `${containerIdOf(container) ?? ''} ${textHash(paths.join('\0'))} ${period}`,
  };
}
