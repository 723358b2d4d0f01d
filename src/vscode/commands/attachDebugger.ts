import * as vscode from 'vscode';
import { debugType } from '../debug/debugConfigurations.ts';
import { debuggers, debugRuntimes, type DebugRuntime } from '../debug/debuggers.ts';
import type { OpenFolders } from '../openFolders.ts';
import { askPort } from '../ports/askPort.ts';
import { askInSteps, choose, type Place } from '../quickInput.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

interface Wish {
  readonly runtime: DebugRuntime;
  readonly port: number;
}

const usual: Wish = { runtime: 'node', port: debuggers.node.usualPort };

/** Attaches a debugger to a program in a workspace that waits for one. */
export function attachDebugger({
  targets,
  folders,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly folders: Pick<OpenFolders, 'of'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('attachDebugger', args);
    if (!workspace) return;
    const title = vscode.l10n.t('Attach Debugger to {0}', workspace.name);
    const wish = await askInSteps(title, usual, [askRuntime, askPortOf]);
    if (!wish) return;
    const open = folders.of(workspace);
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === open?.path);
    await vscode.debug.startDebugging(folder, {
      ...{ type: debugType, request: 'attach', workspace: workspace.id, ...wish },
      name: `${debuggers[wish.runtime].label} · ${workspace.name}`,
    });
  };
}

async function askRuntime(known: Wish, place: Place) {
  const answer = await choose<Wish>(place, {
    placeholder: vscode.l10n.t('Choose what runs the program'),
    choices: debugRuntimes.map((runtime) => {
      const { label, example, usualPort } = debuggers[runtime];
      return { label, description: example, value: { runtime, port: usualPort } };
    }),
  });
  return typeof answer === 'object' ? { ...known, ...answer } : answer;
}

async function askPortOf(known: Wish, place: Place) {
  const answer = await askPort(place, {
    prompt: vscode.l10n.t('The port on which the program waits for a debugger'),
    placeholder: String(known.port),
    value: String(known.port),
  });
  return typeof answer === 'number' ? { ...known, port: answer } : answer;
}
