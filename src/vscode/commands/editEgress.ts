import * as vscode from 'vscode';
import type { EgressRules } from '../../workspaces/proxy/egressRules.ts';
import type { TriedName } from '../../workspaces/proxy/egressTally.ts';
import { nameAndPort } from '../../workspaces/proxy/egressWords.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { presetsText } from '../egress/presetsText.ts';
import { triedNameIcon, triedNameText } from '../egress/triedNameText.ts';
import { formatAge } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import { askText, back, choose, type Choice } from '../quickInput.ts';
import type { Command } from './command.ts';
import { decide, filteredWorkspace, ruleOrTell, triedNameOf, type Decision } from './decideName.ts';
import type { Targets } from './targets.ts';

type Verdict = 'allow' | 'deny';
type Wish =
  | { readonly kind: 'add'; readonly verdict: Verdict }
  | { readonly kind: 'presets' }
  | { readonly kind: 'rule'; readonly rule: string; readonly removal: Decision }
  | { readonly kind: 'tried'; readonly name: TriedName };
/** What a person decided about a rule. */
interface Answer {
  readonly rule: string;
  readonly decision: Decision;
}

/** Shows what a filtered workspace tried to reach, and allows and denies names, in force at once. */
export function editEgress({
  targets,
  service,
  egressRules,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly egressRules: Pick<
    EgressRules,
    'change' | 'allowForNow' | 'tried' | 'allowedForNow' | 'usualPresets'
  >;
}): Command {
  return async (...args) => {
    // the row of a name was chosen
    let name = triedNameOf(args[1]);
    const asked = name ? args[0] : (await targets.one('editEgress', args))?.id;
    if (asked === undefined) return;
    const workspace = filteredWorkspace(asked, service);
    if (!workspace) return;
    const title = vscode.l10n.t('Names that {0} may reach', withoutIcons(workspace.name));
    for (;;) {
      const now = service.get(workspace.id) ?? workspace;
      const wish: Wish | typeof back | undefined = name
        ? { kind: 'tried', name }
        : await choose<Wish>(
            { title },
            {
              placeholder: vscode.l10n.t(
                'What was tried, denied names first; choose one to allow or deny it',
              ),
              choices: choicesFor(
                now,
                await egressRules.tried(workspace.id),
                egressRules.allowedForNow(workspace.id),
                presetsText(now, egressRules),
              ),
            },
          );
      if (wish === undefined || wish === back) return;
      name = undefined;
      if (wish.kind === 'presets') {
        const { editPresets } = await import('./editPresets.ts');
        await editPresets(now, egressRules);
        return;
      }
      const answer = await fulfil(wish, now);
      if (answer === back) continue;
      // a list that came back then would take what is typed elsewhere meanwhile
      if (answer) await decide(egressRules, now, answer.rule, answer.decision);
      return;
    }
  };
}

function choicesFor(
  { egress }: Workspace,
  tried: readonly TriedName[],
  forNow: readonly string[],
  presets: string,
): readonly Choice<Wish>[] {
  const rules = (
    texts: readonly string[] | undefined,
    [icon, words]: readonly [string, string],
    removal: Decision = 'remove',
  ) =>
    (texts ?? []).map((rule): Choice<Wish> => ({
      label: withoutIcons(rule),
      iconPath: new vscode.ThemeIcon(icon),
      description: words,
      value: { kind: 'rule', rule, removal },
    }));
  return [
    {
      label: vscode.l10n.t('Allow a Name…'),
      iconPath: new vscode.ThemeIcon('add'),
      value: { kind: 'add', verdict: 'allow' },
    },
    {
      label: vscode.l10n.t('Deny a Name…'),
      iconPath: new vscode.ThemeIcon('add'),
      value: { kind: 'add', verdict: 'deny' },
    },
    {
      label: vscode.l10n.t('Lists of Names…'),
      iconPath: new vscode.ThemeIcon('list-unordered'),
      description: presets,
      value: { kind: 'presets' },
    },
    ...tried.map((name): Choice<Wish> => ({
      label: withoutIcons(nameAndPort(name)),
      iconPath: new vscode.ThemeIcon(triedNameIcon(name)),
      description: vscode.l10n.t('{0}, last {1}', triedNameText(name), ageOf(name)),
      value: { kind: 'tried', name },
    })),
    ...rules(forNow, ['watch', vscode.l10n.t('allowed until it stops')], 'removeForNow'),
    ...rules(egress?.allow, ['pass', vscode.l10n.t('rule of this workspace: allowed')]),
    ...rules(egress?.deny, ['error', vscode.l10n.t('rule of this workspace: denied')]),
  ];
}

/** What a person wants done with a rule or a name. */
async function fulfil(
  wish: Exclude<Wish, { kind: 'presets' }>,
  workspace: Workspace,
): Promise<Answer | typeof back | undefined> {
  switch (wish.kind) {
    case 'add': {
      const rule = await askRule(wish.verdict);
      return rule === undefined || rule === back ? rule : { rule, decision: wish.verdict };
    }
    case 'rule':
      return await ask(
        wish.rule,
        [{ label: vscode.l10n.t('Remove'), iconPath: new vscode.ThemeIcon('trash'), value: wish.removal }],
        vscode.l10n.t('What do you want to do with this rule?'),
      );
    case 'tried':
      return await askAbout(wish.name, workspace);
  }
}

/** What can be decided about a name, where a rule can be about it alone. */
async function askAbout(
  name: TriedName,
  { container, egress }: Workspace,
): Promise<Answer | typeof back | undefined> {
  const rule = ruleOrTell(name);
  if (rule === undefined) return undefined;
  const isDenied = name.reason === 'denied';
  const choice = (value: Decision, icon: string, label: string): Choice<Decision> => ({
    ...{ value, label },
    iconPath: new vscode.ThemeIcon(icon),
  });
  return await ask(
    rule,
    [
      ...(!isDenied || egress?.deny.includes(rule)
        ? [choice('allow', 'check', vscode.l10n.t('Allow for This Workspace'))]
        : []),
      ...(!isDenied && container.kind === 'running'
        ? [choice('allowForNow', 'watch', vscode.l10n.t('Allow Until It Stops'))]
        : []),
      choice('deny', 'circle-slash', vscode.l10n.t('Always Deny for This Workspace')),
    ],
    vscode.l10n.t('In force at once, for this workspace only'),
  );
}

async function ask(
  rule: string,
  choices: readonly Choice<Decision>[],
  placeholder: string,
): Promise<Answer | typeof back | undefined> {
  const decision = await choose({ title: withoutIcons(rule), canGoBack: true }, { placeholder, choices });
  return decision === undefined || decision === back ? decision : { rule, decision };
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

const ageOf = ({ atMs }: TriedName) => formatAge(new Date(atMs).toISOString(), vscode.env.language);
