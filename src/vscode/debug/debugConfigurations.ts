import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { CordonError } from '../../shared/errors.ts';
import type { PortForwards } from '../../workspaces/ports/portForwards.ts';
import type { PortWatch } from '../../workspaces/ports/portWatch.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { errorSentence } from '../errorSentence.ts';
import { withoutLinks } from '../inertText.ts';
import { folderPathOf, type OpenFolders } from '../openFolders.ts';
import { localAddress } from '../../workspaces/ports/localAddress.ts';
import { mostActive } from '../statusBar.ts';
import { shownStateOf } from '../workspaceActions.ts';
import { debuggers, debugRuntimes, requireDebugger, type Debugger } from './debuggers.ts';

/** The type of configurations that are attached to programs in workspaces. */
export const debugType = 'cordon';

const wantedSchema = z.object({
  name: z.string(),
  runtime: z.enum(debugRuntimes),
  port: z.optional(z.int().check(z.gte(1), z.lte(65_535))),
  workspace: z.optional(z.string()),
});

export interface DebugDependencies {
  readonly service: Pick<WorkspaceService, 'list'>;
  readonly folders: Pick<OpenFolders, 'list' | 'isOf' | 'of'>;
  readonly ports: {
    readonly watch: Pick<PortWatch, 'find'>;
    readonly forwards: Pick<PortForwards, 'forward'>;
  };
}

/**
 * Makes of a configuration of the type `cordon` one of the debugger's own, whose port leads into the workspace for as long
 * as the debugging goes on.
 */
export class DebugConfigurations implements vscode.DebugConfigurationProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly dependencies: DebugDependencies;
  /** Forwarded ports by a mark in the configuration that uses them. */
  private readonly forwarded = new Map<string, Disposable>();

  constructor(dependencies: DebugDependencies) {
    this.dependencies = dependencies;
    this.store.add(vscode.debug.registerDebugConfigurationProvider(debugType, this));
    this.store.add(
      vscode.debug.onDidTerminateDebugSession(({ configuration, parentSession }) => {
        if (!parentSession) this.release(configuration['cordonForward']);
      }),
    );
  }

  /** Whoever has no launch.json attaches to Node.js. */
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    const name = vscode.l10n.t('Attach to Node.js in Cordon');
    return [{ type: debugType, request: 'attach', name, runtime: 'node' }];
  }

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    try {
      return await this.resolve(folder, configuration);
    } catch (error) {
      void vscode.window.showErrorMessage(withoutLinks(errorSentence(error)));
      return undefined;
    }
  }

  dispose(): void {
    this.store.dispose();
    for (const mark of [...this.forwarded.keys()]) this.release(mark);
  }

  /**
   * Of what a folder writes into its configuration only the settings of the debugger that can do no harm are taken: others
   * would run a task of the folder on this machine (`preLaunchTask`), or open an address (`serverReadyAction`).
   */
  private async resolve(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const wanted = z.safeParse(wantedSchema, { runtime: 'node', ...configuration });
    const chosen = debuggers[wanted.data?.runtime ?? 'node'];
    const settings = z.safeParse(chosen.settings, configuration);
    if (!wanted.success || !settings.success)
      throw new CordonError(
        'invalidRequest',
        vscode.l10n.t(
          'A configuration of Cordon has a runtime, "node" or "python", and may have a port and a workspace.',
        ),
      );
    if (!(await requireDebugger(chosen))) return undefined;
    const { name, workspace: which, port = chosen.usualPort } = wanted.data;
    const workspace = await this.requireListening(folder, which, { port, example: chosen.example });
    const root = this.dependencies.folders.of(workspace)?.path ?? folderPathOf(workspace);
    const taken = withFolder({ name, ...settings.data }, root);
    refuseVariables([taken, root]);
    const { mark, localPort } = await this.forward(workspace, port, chosen, root);
    const own = chosen.configure({ host: localAddress, port: localPort, folder: root });
    return { ...taken, ...own, request: 'attach', cordonForward: mark };
  }

  /** Forwards a port until what uses it, told by the mark, has ended. */
  private async forward(
    workspace: Workspace,
    port: number,
    { label, isAdapterInside }: Debugger,
    folder: string,
  ): Promise<{ readonly mark: string; readonly localPort: number }> {
    const store = new DisposableStore();
    const mark = crypto.randomUUID();
    this.forwarded.set(mark, store);
    try {
      const { forwards } = this.dependencies.ports;
      const { localPort } = store.add(await forwards.forward(workspace.id, port, { label }));
      if (!isAdapterInside) return { mark, localPort };
      // Nobody who debugs no such program loads it.
      const { openAdapterGate } = await import('./adapterGate.ts');
      const gate = await openAdapterGate(localPort, { workspaceId: workspace.id, folder }, () => {
        tellRefused(workspace);
      });
      return { mark, localPort: store.add(gate).port };
    } catch (error) {
      this.release(mark);
      throw error;
    }
  }

  /** The workspace that is meant, where something waits for a debugger in it. */
  private async requireListening(
    folder: vscode.WorkspaceFolder | undefined,
    name: string | undefined,
    { port, example }: { readonly port: number; readonly example: string },
  ): Promise<Workspace> {
    const workspace = this.workspaceFor(folder, name);
    if (!workspace)
      throw new CordonError(
        'notRunning',
        vscode.l10n.t('No workspace of this folder runs. Start one, and the program in it.'),
      );
    if ((await this.dependencies.ports.watch.find(workspace.id, port)) !== 'nobody') return workspace;
    throw new CordonError(
      'notRunning',
      vscode.l10n.t(
        'Nothing in {0} listens on port {1}. Start the program in it so that it does, for example with: {2}',
        workspace.name,
        port,
        example,
      ),
    );
  }

  private workspaceFor(
    folder: vscode.WorkspaceFolder | undefined,
    name: string | undefined,
  ): Workspace | undefined {
    const { service, folders } = this.dependencies;
    const running = service.list().filter((each) => shownStateOf(each) === 'running');
    const chosen = running.find(({ id }) => id === name);
    if (chosen) return chosen;
    const open = folders.list().filter((each) => !folder || each.path === folder.uri.fsPath);
    const ofFolder = running.filter((each) => open.some((one) => folders.isOf(each, one)));
    return name === undefined ? mostActive(ofFolder) : ofFolder.find((each) => each.name === name);
  }

  private release(mark: unknown): void {
    if (typeof mark !== 'string') return;
    this.forwarded.get(mark)?.dispose();
    this.forwarded.delete(mark);
  }
}

/** With the folder in the place of its variable, as it is used in the patterns of files. */
function withFolder<T>(settings: T, root: string): T {
  const filled = JSON.stringify(settings).replaceAll('${workspaceFolder}', () =>
    JSON.stringify(root).slice(1, -1),
  );
  return JSON.parse(filled) as T;
}

/** VS Code puts in the values of variables, and runs commands for some, and what debugs inside is told the result. */
function refuseVariables(taken: unknown): void {
  if (JSON.stringify(taken).includes('${'))
    throw new CordonError(
      'invalidRequest',
      vscode.l10n.t('A configuration of Cordon takes no variables: what runs inside would see their values.'),
    );
}

function tellRefused({ name }: Workspace): void {
  void vscode.window.showWarningMessage(
    withoutLinks(
      vscode.l10n.t(
        'What is debugged in {0} asked to run something on this machine. That was refused.',
        name,
      ),
    ),
  );
}
