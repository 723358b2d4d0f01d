import * as l10n from '@vscode/l10n';
import { describeError } from '../../shared/describeError.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { CordonError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { ContainerEngine, EngineSource } from '../containerEngine.ts';
import type { ContainerProcess } from '../engineProcesses.ts';
import type { Operations } from '../operations.ts';
import type { SessionRequest } from '../session.ts';
import type { OperationOptions } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { KeptSecrets } from './keptSecrets.ts';
import { canBeVariable, withoutSecret, withSecret, type Secret, type SecretInfo } from './secret.ts';
import { startWithVariables, writeSecretFiles } from './secretWriter.ts';

type Engine = Pick<ContainerEngine, 'startProcess'>;

const longestPayMs = 60_000;

/** The secrets of each workspace: what a person does with them, and how they get into its container. */
export class WorkspaceSecrets implements Disposable {
  readonly kept: KeptSecrets;
  private readonly store: Pick<WorkspaceStore, 'record' | 'container'>;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly operations: Pick<Operations, 'run'>;
  private readonly subscription: Disposable;
  /** Workspaces whose secrets were changed while nothing could be written. */
  private readonly owed = new Set<string>();

  constructor(parts: {
    kept: KeptSecrets;
    store: Pick<WorkspaceStore, 'record' | 'container' | 'onDidChange'>;
    engines: Pick<EngineSource, 'get'>;
    operations: Pick<Operations, 'run'>;
    log: Pick<Log, 'warn'>;
  }) {
    this.kept = parts.kept;
    this.store = parts.store;
    this.engines = parts.engines;
    this.operations = parts.operations;
    this.subscription = parts.store.onDidChange(({ id, current }) => {
      if (current?.container.kind === 'running' && this.owed.delete(id))
        this.pay(id, current.container.id).catch((error: unknown) => {
          parts.log.warn(`The secrets of a workspace could not be written: ${describeError(error)}`);
        });
      if (current) return;
      this.owed.delete(id);
      parts.kept.forget(id).catch((error: unknown) => {
        parts.log.warn(`The secrets of a workspace could not be removed: ${describeError(error)}`);
      });
    });
  }

  /** Every value of these workspaces, so that none of them is told. */
  async everyValue(ids: readonly string[]): Promise<readonly string[]> {
    await Promise.all(ids.map((id) => this.kept.learn(id)));
    return ids.flatMap((id) => this.kept.values(id));
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** By name, without values. */
  async list(id: string): Promise<readonly SecretInfo[]> {
    this.store.record(id);
    return ((await this.kept.read(id)) ?? []).map(({ name, use }) => ({ name, use }));
  }

  /** Keeps a secret, in the place of one of that name, and puts it into a container that runs. Tells whether it did. */
  async set(id: string, secret: Secret, options: OperationOptions = {}): Promise<boolean> {
    return await this.change(id, `set a secret of "${this.store.record(id).name}"`, options, (secrets) =>
      withSecret(secrets, secret),
    );
  }

  /** Removes a secret, also from a container that runs. Tells whether one did. */
  async remove(id: string, name: string, options: OperationOptions = {}): Promise<boolean> {
    return await this.change(id, `remove a secret of "${this.store.record(id).name}"`, options, (secrets) =>
      withoutSecret(secrets, name),
    );
  }

  /** Removes all of them, also those that cannot be read any more. */
  async removeAll(id: string, options: OperationOptions = {}): Promise<boolean> {
    const title = `remove the secrets of "${this.store.record(id).name}"`;
    return await this.operations.run(id, title, options, async ({ signal }) => {
      this.store.record(id);
      await this.kept.write(id, []);
      return await this.update(id, [], signal);
    });
  }

  /** Writes the files into a container that was just started. Rejects where they are not all there. */
  async giveAtStart(engine: Engine, id: string, containerId: string, signal: AbortSignal): Promise<void> {
    const files = filesOf((await this.kept.read(id)) ?? []);
    // Its memory is new, so there is nothing to be removed.
    if (files.length > 0) await writeSecretFiles(engine, containerId, files, signal);
  }

  /** Writes the files into a container that runs on: they may have changed in any window while it stood still. */
  async giveAgain(engine: Engine, id: string, containerId: string, signal: AbortSignal): Promise<void> {
    const secrets = await this.kept.read(id);
    if (secrets) await writeSecretFiles(engine, containerId, filesOf(secrets), signal);
  }

  /** Starts a command with the secrets in its environment that it asks for. Rejects with `invalidRequest` where it cannot have one. */
  async startWith<T extends Pick<ContainerProcess, 'exitCode'>>(
    engine: Engine,
    workspace: { readonly id: string; readonly containerId: string },
    request: Pick<SessionRequest, 'secrets' | 'user'> & { readonly command: readonly string[] },
    start: (command: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const { secrets: names = [], user, command } = request;
    if (names.length === 0) return await start(command);
    if (user !== undefined)
      throw new CordonError(
        'invalidRequest',
        l10n.t('Only commands that run as the user of the workspace can be given secrets.'),
      );
    const secrets = (await this.kept.read(workspace.id)) ?? [];
    const variables = names.map((wanted) => {
      const secret = secrets.find(({ name }) => name === wanted);
      if (secret && canBeVariable(secret.name)) return secret;
      throw new CordonError(
        'invalidRequest',
        l10n.t('The workspace has no secret "{0}" that can be in the environment of a command.', wanted),
      );
    });
    return await startWithVariables(engine, workspace.containerId, { variables, command }, start);
  }

  private async pay(id: string, containerId: string): Promise<void> {
    const engine = await this.engines.get();
    await this.giveAgain(engine, id, containerId, AbortSignal.timeout(longestPayMs));
  }

  private async change(
    id: string,
    title: string,
    options: OperationOptions,
    change: (secrets: readonly Secret[]) => readonly Secret[],
  ): Promise<boolean> {
    return await this.operations.run(id, title, options, async ({ signal }) => {
      // It may have been deleted while this waited, with all that was kept for it.
      this.store.record(id);
      const secrets = change((await this.kept.read(id)) ?? []);
      await this.kept.write(id, secrets);
      return await this.update(id, secrets, signal);
    });
  }

  /** One that does not run gets them when it starts, one that stands still or of which nothing is known when it runs on. */
  private async update(id: string, secrets: readonly Secret[], signal: AbortSignal): Promise<boolean> {
    const container = this.store.container(id);
    if (container.kind !== 'running') {
      if (container.kind === 'unknown' || container.kind === 'paused') this.owed.add(id);
      return false;
    }
    await writeSecretFiles(await this.engines.get(signal), container.id, filesOf(secrets), signal);
    return true;
  }
}

function filesOf(secrets: readonly Secret[]): readonly Secret[] {
  return secrets.filter(({ use }) => use === 'file');
}
