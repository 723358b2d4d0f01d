import * as vscode from 'vscode';
import type { LocalImage } from '../workspaces/engineImages.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { workspaceFields } from '../workspaces/workspaceFields.ts';
import { errorSentence } from './errorSentence.ts';
import { formatAge, formatSize } from './format.ts';
import { ask, type Answer, type Choice, type Place } from './quickInput.ts';

/** Asks for an image: local ones with size and age, the current one first, or any reference that is typed. */
export async function pickImage(
  place: Place,
  current: string | undefined,
  service: Pick<WorkspaceService, 'listImages'>,
): Promise<Answer<string>> {
  const input = vscode.window.createQuickPick<Choice<string>>();
  const refresh = { iconPath: new vscode.ThemeIcon('refresh'), tooltip: vscode.l10n.t('List Images Again') };
  input.placeholder = vscode.l10n.t('Choose a local image, or type the name of any image');
  input.matchOnDescription = true;
  input.buttons = [refresh];
  let local: readonly LocalImage[] = [];
  let problem: string | undefined;
  let isOpen = true;

  const draw = () => {
    input.items = [
      ...typedChoice(input.value, local),
      ...imageChoices(local, current),
      ...(problem === undefined ? [] : [separator(problem)]),
    ];
  };
  const load = async () => {
    input.busy = true;
    try {
      local = await service.listImages();
      problem = undefined;
    } catch (error) {
      problem = errorSentence(error);
    }
    if (!isOpen) return;
    input.busy = false;
    draw();
  };
  draw();
  void load();
  try {
    return await ask<string>(input, place, (answer, store) => {
      store.add(input.onDidChangeValue(draw));
      store.add(
        input.onDidTriggerButton((button) => {
          if (button === refresh) void load();
        }),
      );
      store.add(
        input.onDidAccept(() => {
          const [item] = input.selectedItems;
          if (item && workspaceFields.image.safeParse(item.value).success) answer(item.value);
        }),
      );
    });
  } finally {
    isOpen = false;
  }
}

/** What a person types is on offer as it stands, first, unless it names a local image. */
function typedChoice(typed: string, local: readonly LocalImage[]): Choice<string>[] {
  const reference = typed.trim();
  if (reference === '' || local.some((image) => image.reference === reference)) return [];
  const isValid = workspaceFields.image.safeParse(reference).success;
  return [
    {
      label: isValid
        ? vscode.l10n.t('Use "{0}"', reference)
        : vscode.l10n.t('"{0}" is not the name of an image', reference),
      description: isValid ? vscode.l10n.t('pulled when it is not here') : '',
      iconPath: new vscode.ThemeIcon(isValid ? 'cloud-download' : 'warning'),
      alwaysShow: true,
      value: reference,
    },
  ];
}

function imageChoices(local: readonly LocalImage[], current: string | undefined): Choice<string>[] {
  const isCurrentLocal = local.some((image) => image.reference === current);
  const newestFirst = [...local].sort(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || a.reference.localeCompare(b.reference),
  );
  const choices = newestFirst.map((image) => ({
    label: image.reference,
    description: [
      formatSize(image.sizeBytes, vscode.env.language),
      formatAge(image.createdAt, vscode.env.language),
      ...(image.reference === current ? [vscode.l10n.t('current')] : []),
    ].join(' · '),
    iconPath: new vscode.ThemeIcon('package'),
    value: image.reference,
  }));
  choices.sort((a, b) => Number(b.value === current) - Number(a.value === current));
  if (current === undefined || isCurrentLocal) return choices;
  const pulled = {
    label: current,
    description: vscode.l10n.t('pulled when it is not here'),
    iconPath: new vscode.ThemeIcon('cloud-download'),
    value: current,
  };
  return [...choices, pulled];
}

function separator(label: string): Choice<string> {
  return { label, kind: vscode.QuickPickItemKind.Separator, value: '' };
}
