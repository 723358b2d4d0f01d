import * as l10n from '@vscode/l10n';
import { proxyEnvironment } from '../isolation/egress/proxyEnvironment.ts';
import { proxyHost } from '../isolation/egress/proxyHost.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import { sessionVariable, type SessionPlace } from './endProcesses.ts';
import type { ContainerProcess } from './engineProcesses.ts';
import { requireRunning } from './requireRunning.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { SessionRequest } from './session.ts';
import { shellsOf, usualShells } from './shells/findShells.ts';
import { withIntegration } from './shells/shellIntegration.ts';
import type { TerminalHolding } from './terminals/terminalHolding.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** The process of a session that has just begun. */
export interface StartedSession {
  readonly engine: ContainerEngine;
  readonly process: ContainerProcess;
  readonly place: SessionPlace;
  /** As it may be shown: what was asked for, or the shell that was found. */
  readonly command: readonly string[];
  /** Whether it outlives its window. */
  readonly isHeld: boolean;
}

/** Starts the processes of sessions. */
export class SessionStarts {
  private readonly parts: {
    readonly store: Pick<WorkspaceStore, 'record' | 'container'>;
    readonly engines: Pick<EngineSource, 'get'>;
    readonly secrets: Pick<WorkspaceSecrets, 'kept' | 'startWith'>;
    readonly holding: () => Promise<Pick<TerminalHolding, 'start'>>;
  };

  constructor(parts: SessionStarts['parts']) {
    this.parts = parts;
  }

  /** The shells that the image has, the usual one first. Rejects with `notRunning` and the like. */
  async shells(workspaceId: string): Promise<readonly string[]> {
    const engine = await this.parts.engines.get();
    const containerId = requireRunning(this.parts.store, workspaceId);
    return await shellsOf((path) => engine.hasFile(containerId, path));
  }

  /** Hands the process over as soon as there is one, so that nobody looks in between. */
  async start<T>(
    workspaceId: string,
    id: string,
    request: SessionRequest,
    onStarted: (started: StartedSession) => T,
  ): Promise<T> {
    const { engines, holding, secrets, store } = this.parts;
    const engine = await engines.get();
    const containerId = requireRunning(store, workspaceId);
    const shell =
      request.command === undefined
        ? (request.shell ?? (await this.findShell(engine, workspaceId, containerId)))
        : undefined;
    const withShell = shell === undefined ? undefined : withIntegration(shell);
    const command = request.command ?? withShell?.command ?? [];
    if (command.length === 0 || command.some((word) => typeof word !== 'string' || word.includes('\0')))
      throw new CordonError('invalidRequest', l10n.t('A command is a list of words, and cannot be empty.'));
    // Before anybody is told what runs.
    await secrets.kept.learn(workspaceId);
    const { terminal, user } = request;
    const whole = {
      ...{ containerId, command, cwd: request.cwd ?? '/workspace' },
      env: {
        ...(terminal && { TERM: 'xterm-256color', COLORTERM: 'truecolor' }),
        ...this.variables(workspaceId, withShell?.env),
        ...request.env,
        [sessionVariable]: id,
      },
      ...(user === undefined ? {} : { user }),
    };
    const isToBeHeld = request.hold && user === undefined && (request.secrets ?? []).length === 0;
    const held =
      isToBeHeld && terminal
        ? await (
            await holding()
          ).start(engine, { workspaceId, containerId, sessionId: id }, { ...whole, terminal })
        : undefined;
    const process =
      held ??
      (await secrets.startWith(engine, { id: workspaceId, containerId }, { ...request, command }, (words) =>
        engine.startProcess({
          ...{ ...whole, command: words, stdin: request.stdin ?? terminal !== undefined },
          ...(terminal && { terminal }),
        }),
      ));
    return onStarted({
      ...{ engine, process, place: { sessionId: id, containerId, user } },
      ...{ command: shell === undefined ? command : [shell], isHeld: held !== undefined },
    });
  }

  private async findShell(
    engine: ContainerEngine,
    workspaceId: string,
    containerId: string,
  ): Promise<string> {
    for (const shell of usualShells) if (await engine.hasFile(containerId, shell)) return shell;
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'The image {0} has no shell. Choose an image with "bash" or "sh".',
        this.parts.store.record(workspaceId).image,
      ),
    );
  }

  /** The proxy that there is now, and what the shell needs. What the person set for the workspace stays. */
  private variables(
    workspaceId: string,
    ofShell: Readonly<Record<string, string>> = {},
  ): Readonly<Record<string, string>> {
    const { env, network } = this.parts.store.record(workspaceId);
    const wanted = { ...(network === 'filtered' && proxyEnvironment(proxyHost)), ...ofShell };
    return Object.fromEntries(Object.entries(wanted).filter(([name]) => !(name in env)));
  }
}
