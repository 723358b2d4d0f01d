import * as vscode from 'vscode';
import { confirm } from './confirm.ts';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { FailureLog } from '../shared/failureLog.ts';
import type { Log } from '../shared/log.ts';
import type { FolderGuard } from '../workspaces/folders/folderGuard.ts';
import type { PathQuestion } from '../workspaces/folders/pathQuestion.ts';
import { shownPaths } from '../workspaces/folders/shownPaths.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { runLogged } from './commands/runLogged.ts';
import { withoutControlCharacters } from './format.ts';
import { withoutLinks } from './inertText.ts';
import { lookAtPaths } from './lookAtPaths.ts';
import { withProgress, type ProgressOptions } from './progress.ts';

type Guard = Pick<
  FolderGuard,
  'onDidAsk' | 'closed' | 'keep' | 'show' | 'moveToQuarantine' | 'savedByPerson' | 'madeByPerson'
>;

interface Dependencies {
  readonly guard: Guard;
  readonly service: Pick<WorkspaceService, 'get' | 'restart' | 'resume' | 'stop'>;
  readonly log: Log;
  readonly failures: FailureLog;
}

interface Offer {
  readonly title: string;
  /** Whether the question is answered by it. */
  run(): Promise<boolean>;
}

/** Asks about protected and hidden paths that came up, and tells the guard what the person made in this VS Code. */
export class ProtectedPathQuestions implements Disposable {
  private readonly store = new DisposableStore();
  private readonly dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.dependencies = dependencies;
    const { guard } = dependencies;
    this.store.add(
      guard.onDidAsk((question) => {
        this.run(() => this.ask(question).finally(() => guard.closed(question)));
      }),
    );
    this.store.add(
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (document.uri.scheme !== 'file') return;
        const content = new TextEncoder().encode(document.getText());
        this.run(() => guard.savedByPerson(document.uri.fsPath, content));
      }),
    );
    this.store.add(
      vscode.workspace.onDidCreateFiles(({ files }) => {
        for (const { scheme, fsPath } of files)
          if (scheme === 'file') this.run(() => guard.savedByPerson(fsPath, new Uint8Array()));
      }),
    );
    this.store.add(
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { newUri } of files)
          if (newUri.scheme === 'file') this.run(() => guard.madeByPerson(newUri.fsPath));
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private run(work: () => Promise<void>): void {
    void runLogged('protected paths', this.dependencies, work);
  }

  private async ask(question: PathQuestion): Promise<void> {
    const message = withoutLinks(withoutControlCharacters(this.sentence(question)));
    const offers = this.offers(question);
    for (;;) {
      const answer = await vscode.window.showWarningMessage(message, ...offers.map(({ title }) => title));
      const offer = offers.find(({ title }) => title === answer);
      if (!offer || (await offer.run())) return;
    }
  }

  private sentence({ kind, paths, workspaceIds }: PathQuestion): string {
    const names = workspaceIds
      .map((id) => this.dependencies.service.get(id)?.name)
      .filter((name) => name !== undefined)
      .join(', ');
    const shown = shownPaths(paths);
    switch (kind) {
      case 'protected':
        return vscode.l10n.t(
          'While {0} runs, something other than you made or changed {1}, or it is a symbolic link. That could make this machine run code.',
          names,
          shown,
        );
      case 'hidden':
        return vscode.l10n.t(
          '{0} was paused: {1} came up in its folder, may hold secrets, and can be read in it. A restart hides it.',
          names,
          shown,
        );
      case 'lost':
        return vscode.l10n.t(
          '{0} was paused: {1} was replaced on this machine and is open to it since. A restart closes it again.',
          names,
          shown,
        );
    }
  }

  private offers(question: PathQuestion): readonly Offer[] {
    const { guard, service } = this.dependencies;
    const { kind, root, paths, workspaceIds } = question;
    const answerBy = (title: string, work: () => Promise<void>): Offer => ({
      title,
      run: async () => {
        await work();
        return true;
      },
    });
    /** One that was deleted meanwhile needs nothing any more. */
    const each = async (
      title: (name: string) => string,
      change: (id: string, options: ProgressOptions) => Promise<unknown>,
    ) => {
      for (const id of workspaceIds) {
        const name = service.get(id)?.name;
        if (name !== undefined) await withProgress(title(name), (options) => change(id, options));
      }
    };
    const look: Offer = {
      title: vscode.l10n.t('Look'),
      run: async () => {
        await lookAtPaths(root, paths);
        return false;
      },
    };
    const restart = answerBy(vscode.l10n.t('Restart'), () =>
      each(
        (name) => vscode.l10n.t('Restarting {0}', name),
        (id, options) => service.restart(id, options),
      ),
    );
    switch (kind) {
      case 'protected':
        return [
          look,
          answerBy(vscode.l10n.t('Keep'), () => guard.keep(root, paths)),
          answerBy(vscode.l10n.t('Move to Quarantine'), () => guard.moveToQuarantine(root, paths)),
        ];
      case 'hidden':
        return [
          restart,
          look,
          {
            title: vscode.l10n.t('Resume…'),
            run: async () => {
              if (!(await mayBeRead(paths))) return false;
              await guard.show(root, paths);
              await each(
                (name) => vscode.l10n.t('Resuming {0}', name),
                (id, options) => service.resume(id, options),
              );
              return true;
            },
          },
        ];
      case 'lost':
        return [
          restart,
          answerBy(vscode.l10n.t('Stop'), () =>
            each(
              (name) => vscode.l10n.t('Stopping {0}', name),
              (id, options) => service.stop(id, options),
            ),
          ),
        ];
    }
  }
}

async function mayBeRead(paths: readonly string[]): Promise<boolean> {
  return await confirm(
    vscode.l10n.t('Let the workspace read what came up?'),
    [withoutControlCharacters(shownPaths(paths))],
    vscode.l10n.t('Let It Be Read'),
  );
}
