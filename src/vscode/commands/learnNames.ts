import { once } from 'node:events';
import * as vscode from 'vscode';
import { confirm } from '../confirm.ts';
import type { EgressRules } from '../../workspaces/proxy/egressRules.ts';
import type { Learned } from '../../workspaces/proxy/learning.ts';
import { withRule } from '../../workspaces/proxy/withRule.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutIcons, withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import type { Command } from './command.ts';
import { filteredWorkspace } from './decideName.ts';
import type { Targets } from './targets.ts';

interface Dependencies {
  readonly targets: Pick<Targets, 'one'>;
  readonly service: Pick<WorkspaceService, 'get' | 'isolationReport'>;
  readonly egressRules: Pick<EgressRules, 'learn' | 'change'>;
}

/** Lets a filtered workspace reach every name until the person says that its work is done, and proposes rules for it. */
export function learnNames({ targets, service, egressRules }: Dependencies): Command {
  return async (...args) => {
    const meant = await targets.one('learnNames', args);
    const workspace = meant && filteredWorkspace(meant.id, service);
    if (!workspace || !(await isWanted(workspace))) return;
    const begunAt = new Date().toISOString();
    const learned = await learn(workspace, egressRules);
    if (learned.rules.length > 0) await offer(workspace, learned, egressRules);
    else
      void vscode.window.showInformationMessage(
        withoutLinks(
          learned.hasMore
            ? vscode.l10n.t('What {0} reached is not known. Learn it once more.', workspace.name)
            : vscode.l10n.t('{0} reached nothing that its rules do not allow already.', workspace.name),
        ),
      );
    const { id, name, isolation } = service.get(workspace.id) ?? workspace;
    // A grade of meanwhile is one of a workspace that reaches every name.
    if (isolation && isolation.checkedAt >= begunAt)
      await withProgress(vscode.l10n.t('Checking {0}', name), (options) =>
        service.isolationReport(id, options),
      );
  };
}

async function isWanted({ name }: Workspace): Promise<boolean> {
  const why = vscode.l10n.t(
    'Do this only with what you trust: it can send anything that it can read to anybody, at any port. What it reaches is proposed as rules in the end. Names that you denied and private addresses stay denied. It ends when you say so, with this window, or after 30 minutes.',
  );
  return await confirm(
    vscode.l10n.t('Let {0} reach every name for a while?', name),
    [why],
    vscode.l10n.t('Learn'),
  );
}

async function learn({ id, name }: Workspace, egressRules: Dependencies['egressRules']): Promise<Learned> {
  return await withProgress(
    vscode.l10n.t('Learning what {0} needs: run it now, and press Cancel when it is done', name),
    async ({ signal }) => {
      const learning = await egressRules.learn(id);
      if (!signal.aborted) await Promise.race([learning.over, once(signal, 'abort')]);
      return await learning.end();
    },
  );
}

async function offer(
  { id, name }: Workspace,
  { rules, hasMore }: Learned,
  egressRules: Dependencies['egressRules'],
): Promise<void> {
  const picked = await vscode.window.showQuickPick(
    rules.map(({ rule, names }) => ({
      label: withoutIcons(rule),
      ...(names.length > 1 && { description: withoutIcons(names.join(', ').slice(0, 200)) }),
      picked: true,
      rule,
    })),
    {
      title: hasMore
        ? vscode.l10n.t(
            'Rules with which {0} reaches a part of this again: it was more than is known here',
            withoutIcons(name),
          )
        : vscode.l10n.t('Rules with which {0} reaches this again', withoutIcons(name)),
      placeHolder: vscode.l10n.t('Take away what you do not want, and press Enter to allow the rest'),
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  if (!picked || picked.length === 0) return;
  await withProgress(vscode.l10n.t('Changing {0}', name), (options) =>
    egressRules.change(
      id,
      (now) => picked.reduce((egress, { rule }) => withRule(egress, 'allow', rule), now),
      options,
    ),
  );
}
