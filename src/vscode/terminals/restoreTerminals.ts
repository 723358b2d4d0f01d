import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { hasCode } from '../../shared/errors.ts';
import { containerIdOf } from '../../workspaces/containerState.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { areTerminalsAllowed } from '../allowTerminals.ts';
import { withoutIcons } from '../inertText.ts';
import { workspaceTerminal, type TerminalDependencies } from '../workspaceTerminal.ts';
import type { KeptTerminal } from './keptTerminals.ts';

/** VS Code tells within a moment which process a terminal has. */
const processIdMs = 500;

interface Dependencies extends TerminalDependencies {
  readonly service: TerminalDependencies['service'] & Pick<WorkspaceService, 'onDidChange' | 'takeUpSession'>;
}

/** Opens the terminals again that the last window on this folder left, once their containers are known to run still. */
export function restoreTerminals(dependencies: Dependencies): Disposable {
  const { service, kept } = dependencies;
  const waiting = new Set(kept.list());
  const look = () => {
    if (!areTerminalsAllowed()) return;
    for (const terminal of waiting) {
      const fate = fateOf(terminal, service.get(terminal.workspaceId));
      if (fate === 'wait') continue;
      waiting.delete(terminal);
      if (fate === 'gone') kept.forget(terminal.id);
      else
        void restore(terminal, dependencies).then((isDone) => {
          if (!isDone) waiting.add(terminal);
        });
    }
  };
  const store = new DisposableStore();
  store.add(service.onDidChange(look));
  look();
  store.add(
    vscode.window.onDidChangeActiveTerminal((active) => {
      if (active) kept.setActive(active.creationOptions);
    }),
  );
  return store;
}

/** What is to be done about a terminal of an earlier window, whose container may have gone since. */
export function fateOf(
  { containerId }: Pick<KeptTerminal, 'containerId'>,
  workspace: Pick<Workspace, 'container'> | undefined,
): 'restore' | 'wait' | 'gone' {
  if (!workspace) return 'gone';
  const { container } = workspace;
  if (container.kind === 'unknown') return 'wait';
  if (containerIdOf(container) !== containerId) return 'gone';
  if (container.kind === 'running') return 'restore';
  return container.kind === 'paused' ? 'wait' : 'gone';
}

/** False where it is to be tried again when more is known of its container. */
async function restore(terminal: KeptTerminal, dependencies: Dependencies): Promise<boolean> {
  const { service, kept, log } = dependencies;
  try {
    const session = await service.takeUpSession(terminal);
    const workspace = service.get(terminal.workspaceId);
    if (!workspace) return true;
    const { title, cwd } = terminal;
    const options = workspaceTerminal(workspace, dependencies, { cwd, takenUp: { session, title } });
    const restored = vscode.window.createTerminal(options);
    await closeDead(title, restored);
    // VS Code fills a panel that is open with a shell of this machine, which nobody shall take for the container's.
    if (terminal.isActive) restored.show(true);
    return true;
  } catch (error) {
    log.debug('A terminal of an earlier window was not there any more.', error);
    if (!hasCode(error, 'notRunning')) return false;
    kept.forget(terminal.id);
    return true;
  }
}

const closed = new WeakSet<vscode.Terminal>();

/**
 * VS Code keeps what a killed extension host had open in the page: nobody is behind it any more. A shell of this machine,
 * or what another extension has open, has a process.
 */
async function closeDead(title: string, restored: vscode.Terminal): Promise<void> {
  const namesake = vscode.window.terminals.find(
    (terminal) =>
      terminal !== restored &&
      !closed.has(terminal) &&
      terminal.name === withoutIcons(title) &&
      !('pty' in terminal.creationOptions) &&
      terminal.exitStatus === undefined,
  );
  if (!namesake) return;
  closed.add(namesake);
  const processId = await Promise.race([namesake.processId, delay(processIdMs)]);
  // What an extension carries has none, or −1 in its place.
  if (processId === undefined || processId < 0) namesake.dispose();
}
