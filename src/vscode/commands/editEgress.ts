import * as vscode from 'vscode';
import type { TriedName } from '../../workspaces/proxy/egressSummary.ts';
import type { WorkspaceEgress } from '../../workspaces/proxy/egressSettings.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { formatAge } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { askText, back, choose, type Choice } from '../quickInput.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

type Verdict = 'allow' | 'deny';
type Wish =
  | { readonly kind: 'add'; readonly verdict: Verdict }
  | { readonly kind: 'rule'; readonly verdict: Verdict; readonly rule: string }
  | { readonly kind: 'tried'; readonly name: TriedName };

/** Shows what a filtered workspace tried to reach, and allows and denies names, in force at once. */
export function editEgress({
  targets,
  service,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly service: Pick<WorkspaceService, 'get' | 'update' | 'triedNames'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('editEgress', args);
    if (!workspace) return;
    if (workspace.network !== 'filtered') {
      tellOtherNetwork(workspace);
      return;
    }
    const title = vscode.l10n.t('Names that {0} may reach', withoutIcons(workspace.name));
    for (;;) {
      const now = service.get(workspace.id) ?? workspace;
      const tried = await service.triedNames(workspace.id);
      const wish = await choose<Wish>(
        { title },
        {
          placeholder: vscode.l10n.t('What was tried, denied names first; choose one to allow or deny it'),
          choices: choicesFor(now, tried),
        },
      );
      if (wish === undefined || wish === back) return;
      const next = await fulfil(wish, now.egress ?? { allow: [], deny: [] });
      if (next === undefined) return;
      if (next === back) continue;
      await withProgress(vscode.l10n.t('Changing {0}', workspace.name), (options) =>
        service.update(workspace.id, { egress: next }, options),
      );
    }
  };
}

function tellOtherNetwork({ name, network }: Workspace): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The workspace {0} has the network "{1}". Names can be allowed one by one with the network "filtered".',
      name,
      network,
    ),
  );
}

function choicesFor({ egress }: Workspace, tried: readonly TriedName[]): readonly Choice<Wish>[] {
  const rules = (verdict: Verdict, icon: string, words: string) =>
    (egress?.[verdict] ?? []).map((rule): Choice<Wish> => ({
      label: `$(${icon}) ${withoutIcons(rule)}`,
      description: words,
      value: { kind: 'rule', verdict, rule },
    }));
  return [
    { label: `$(add) ${vscode.l10n.t('Allow a Name…')}`, value: { kind: 'add', verdict: 'allow' } },
    { label: `$(add) ${vscode.l10n.t('Deny a Name…')}`, value: { kind: 'add', verdict: 'deny' } },
    ...tried.map((name): Choice<Wish> => ({
      label: `$(${name.verdict === 'denied' ? 'circle-slash' : 'check'}) ${ruleOf(name)}`,
      description: descriptionOf(name),
      value: { kind: 'tried', name },
    })),
    ...rules('allow', 'pass', vscode.l10n.t('rule of this workspace: allowed')),
    ...rules('deny', 'error', vscode.l10n.t('rule of this workspace: denied')),
  ];
}

/** The rule that is about this name and port. */
function ruleOf({ host, port }: TriedName): string {
  const text = port === 80 || port === 443 || port === 0 ? host : `${host}:${port}`;
  return withoutIcons(text).slice(0, 200);
}

function descriptionOf({ verdict, reason, count, atMs }: TriedName): string {
  const word = verdict === 'allowed' ? vscode.l10n.t('allowed') : deniedWord(reason);
  const age = formatAge(new Date(atMs).toISOString(), vscode.env.language);
  return vscode.l10n.t('{0}, {1} times, last {2}', word, count, age);
}

function deniedWord(reason: TriedName['reason']): string {
  switch (reason) {
    case 'address':
      return vscode.l10n.t('denied: it leads to a private address');
    case 'unresolved':
      return vscode.l10n.t('denied: there is no such name');
    case 'protocol':
    case 'malformed':
      return vscode.l10n.t('denied: no request that the proxy understands');
    case 'rule':
    case 'allowed':
      return vscode.l10n.t('denied');
  }
}

/** The rules after what was wished for. */
async function fulfil(
  wish: Wish,
  egress: WorkspaceEgress,
): Promise<WorkspaceEgress | typeof back | undefined> {
  switch (wish.kind) {
    case 'add': {
      const rule = await askRule(wish.verdict);
      return rule === undefined || rule === back ? rule : withRule(egress, wish.verdict, rule);
    }
    case 'rule': {
      const answer = await choose<'remove'>(
        { title: withoutIcons(wish.rule), canGoBack: true },
        {
          placeholder: vscode.l10n.t('What do you want to do with this rule?'),
          choices: [{ label: `$(trash) ${vscode.l10n.t('Remove')}`, value: 'remove' }],
        },
      );
      return answer === 'remove' ? without(egress, wish.rule) : answer;
    }
    case 'tried': {
      const rule = ruleOf(wish.name);
      const answer = await choose<Verdict>(
        { title: rule, canGoBack: true },
        {
          placeholder: vscode.l10n.t('In force at once, for this workspace only'),
          choices: [
            { label: `$(check) ${vscode.l10n.t('Allow for This Workspace')}`, value: 'allow' },
            { label: `$(circle-slash) ${vscode.l10n.t('Always Deny for This Workspace')}`, value: 'deny' },
          ],
        },
      );
      return answer === undefined || answer === back ? answer : withRule(egress, answer, rule);
    }
  }
}

function askRule(verdict: Verdict) {
  return askText(
    {
      title: verdict === 'allow' ? vscode.l10n.t('Allow a name') : vscode.l10n.t('Deny a name'),
      canGoBack: true,
    },
    {
      prompt: vscode.l10n.t(
        'A name, with "*." in front of it for all below it, and a port where it is another one',
      ),
      placeholder: 'registry.example.org',
      problemOf: (text) =>
        text.trim() === '' ? vscode.l10n.t('Write a name such as registry.example.org.') : undefined,
    },
  );
}

/** What is allowed is denied no more, and the other way round. */
function withRule(egress: WorkspaceEgress, verdict: Verdict, rule: string): WorkspaceEgress {
  const rest = without(egress, rule);
  return { ...rest, [verdict]: [...rest[verdict], rule.trim()] };
}

function without(egress: WorkspaceEgress, rule: string): WorkspaceEgress {
  const others = (rules: readonly string[]) => rules.filter((each) => each !== rule.trim());
  return { ...egress, allow: others(egress.allow), deny: others(egress.deny) };
}
