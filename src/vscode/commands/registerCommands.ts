import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { commandIds } from '../commandIds.ts';
import { lazily } from '../../shared/lazily.ts';
import type { Command } from './command.ts';
import type { CommandDependencies } from './commandTable.ts';
import { runLogged } from './runLogged.ts';

/** Registers every command of package.json; what they do is loaded when the first of them is called. */
export function registerCommands(dependencies: CommandDependencies): Disposable {
  const table = lazily(async () => (await import('./commandTable.ts')).commandTable(dependencies));
  const store = new DisposableStore();
  for (const id of commandIds)
    store.add(
      vscode.commands.registerCommand(id, (...args: Parameters<Command>) =>
        runLogged(id, dependencies, async () => {
          await (await table())[id](...args);
        }),
      ),
    );
  return store;
}
