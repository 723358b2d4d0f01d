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
import { mostActive } from '../statusBar.ts';
import { shownStateOf } from '../workspaceActions.ts';
import { debuggers, debugRuntimes, requireDebugger } from './debuggers.ts';

/** The type of configurations that are attached to programs in workspaces. */
export const debugType = 'cordon';

const wantedSchema = z.object({
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

  private async resolve(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const wanted = z.safeParse(wantedSchema, { runtime: 'node', ...configuration });
    if (!wanted.success)
      throw new CordonError(
        'invalidRequest',
        vscode.l10n.t(
          'A configuration of Cordon has a runtime, "node" or "python", and may have a port and a workspace.',
        ),
      );
    const { runtime, workspace: name } = wanted.data;
    const chosen = debuggers[runtime];
    if (!(await requireDebugger(chosen))) return undefined;
    const port = wanted.data.port ?? chosen.usualPort;
    const workspace = await this.requireListening(folder, name, { port, example: chosen.example });
    const { forwards } = this.dependencies.ports;
    const held = await forwards.forward(workspace.id, port, { label: chosen.label });
    const mark = crypto.randomUUID();
    this.forwarded.set(mark, held);
    const { localAddress: host, localPort } = held;
    const root = this.dependencies.folders.of(workspace)?.path ?? folderPathOf(workspace);
    const own = chosen.configure({ host, port: localPort, folder: root });
    return { ...configuration, ...own, request: 'attach', cordonForward: mark };
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
    const open = folders.list().filter((each) => !folder || each.path === folder.uri.fsPath);
    const running = service
      .list()
      .filter((each) => shownStateOf(each) === 'running' && open.some((one) => folders.isOf(each, one)));
    return name === undefined
      ? mostActive(running)
      : running.find((each) => each.name === name || each.id === name);
  }

  private release(mark: unknown): void {
    if (typeof mark !== 'string') return;
    this.forwarded.get(mark)?.dispose();
    this.forwarded.delete(mark);
  }
}
