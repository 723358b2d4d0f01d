import * as vscode from 'vscode';
import type { Limits } from '../isolation/profile.ts';
import { workspaceFields } from '../workspaces/workspaceFields.ts';
import { describeLimits } from './choices.ts';
import { askText, back, choose, type Answer, type Place } from './quickInput.ts';

const names = ['cpus', 'memoryMiB', 'pids', 'tmpMiB'] as const satisfies readonly (keyof Limits)[];

/** Asks which limits a workspace gets: those that it has anyway, or others. Only the others are given back. */
export async function pickLimits(place: Place, current: Limits): Promise<Answer<Partial<Limits>>> {
  for (;;) {
    const wish = await choose(place, {
      placeholder: vscode.l10n.t('What may the workspace use at most?'),
      choices: [
        { label: vscode.l10n.t('Keep these limits'), description: describeLimits(current), value: 'keep' },
        { label: vscode.l10n.t('Set other limits…'), value: 'change' },
      ] as const,
    });
    if (wish === undefined || wish === back) return wish;
    if (wish === 'keep') return {};
    const limits = await askEach(place, current);
    if (limits !== back) return limits;
  }
}

async function askEach(place: Place, current: Limits): Promise<Answer<Partial<Limits>>> {
  const limits: { -readonly [K in keyof Limits]?: number } = {};
  for (let index = 0; index < names.length;) {
    const name = names[index];
    if (!name) break;
    const answer = await askText(
      { ...place, canGoBack: true },
      {
        prompt: promptFor(name),
        value: String(limits[name] ?? current[name]),
        problemOf: (text) =>
          workspaceFields.limits.shape[name].safeParse(numberOf(text)).success ? undefined : promptFor(name),
      },
    );
    if (answer === undefined) return undefined;
    if (answer === back) {
      if (index === 0) return back;
      index -= 1;
    } else {
      limits[name] = numberOf(answer);
      index += 1;
    }
  }
  return limits;
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function promptFor(name: keyof Limits): string {
  switch (name) {
    case 'cpus':
      return vscode.l10n.t('Processor cores, 0.01 to 512');
    case 'memoryMiB':
      return vscode.l10n.t('Memory in MiB, 32 to 4194304');
    case 'pids':
      return vscode.l10n.t('Processes and threads, 16 to 1000000');
    case 'tmpMiB':
      return vscode.l10n.t('Size in MiB of each temporary folder and of home, 1 to 1048576');
  }
}
