import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../shared/disposable.ts';
import type { Log } from '../shared/log.ts';
import { isUp } from '../workspaces/containerState.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { errorSentence } from './errorSentence.ts';
import { forwardText } from './terminalOutput.ts';
import { withoutSequences } from './withoutSequences.ts';

/** Characters shown before the view begins anew: what a container prints must not fill the disk. */
const charactersKept = 2_000_000;

interface Following {
  readonly channel: vscode.OutputChannel;
  stop: AbortController;
}

/** What the main process of a container prints, followed in an output channel of its own for each workspace. */
export class ContainerLogs implements Disposable {
  private readonly store = new DisposableStore();
  private readonly followed = new Map<string, Following>();
  private readonly service: Pick<WorkspaceService, 'followLogs'>;
  private readonly log: Pick<Log, 'debug'>;

  constructor(service: Pick<WorkspaceService, 'followLogs' | 'onDidChange'>, log: Pick<Log, 'debug'>) {
    this.service = service;
    this.log = log;
    this.store.add(
      service.onDidChange(({ id, previous, current }) => {
        if (!current) this.forget(id);
        else if (current.container.kind === 'running' && !(previous && isUp(previous.container)))
          this.followAgain(id);
      }),
    );
    this.store.add(
      toDisposable(() => {
        for (const id of [...this.followed.keys()]) this.forget(id);
      }),
    );
  }

  /** Shows the output so far and follows it. */
  show(workspace: { readonly id: string; readonly name: string }): void {
    const following = this.followed.get(workspace.id) ?? {
      channel: vscode.window.createOutputChannel(`Cordon: ${workspace.name}`),
      stop: new AbortController(),
    };
    this.followed.set(workspace.id, following);
    following.channel.show(true);
    void this.follow(workspace.id, following);
  }

  dispose(): void {
    this.store.dispose();
  }

  private followAgain(id: string): void {
    const following = this.followed.get(id);
    if (following) void this.follow(id, following);
  }

  private async follow(id: string, following: Following): Promise<void> {
    following.stop.abort();
    const stop = (following.stop = new AbortController());
    const { channel } = following;
    channel.clear();
    let shown = 0;
    try {
      const stream = await this.service.followLogs(id, stop.signal);
      stop.signal.throwIfAborted();
      channel.append(vscode.l10n.t('(the main process has printed nothing yet)'));
      await forwardText(stream, (text) => {
        if (stop.signal.aborted) return;
        if (shown === 0) channel.clear();
        if ((shown += text.length) > charactersKept) {
          channel.replace(`${vscode.l10n.t('(earlier output is not shown)')}\n`);
          shown = text.length;
        }
        channel.append(withoutSequences(text));
      });
      if (stop.signal.aborted) return;
      if (shown === 0) channel.replace(vscode.l10n.t('(the main process printed nothing)'));
      channel.appendLine(`\n${vscode.l10n.t('(the output has ended)')}`);
    } catch (error) {
      if (stop.signal.aborted) return;
      this.log.debug('The output of a container could not be followed.', error);
      channel.appendLine(errorSentence(error));
    }
  }

  private forget(id: string): void {
    const following = this.followed.get(id);
    following?.stop.abort();
    following?.channel.dispose();
    this.followed.delete(id);
  }
}
