import * as l10n from '@vscode/l10n';
import { healthcheckCommand } from '../../isolation/buildSpec.ts';
import { describeError } from '../../shared/describeError.ts';
import type { Log } from '../../shared/log.ts';
import type { ContainerEngine, EngineSource } from '../containerEngine.ts';
import type { ActivityEvent } from '../engineEvents.ts';
import type { SecurityReporter } from './securityReporter.ts';
import { execMark, type SharedMarks } from './sharedMarks.ts';

type Exec = Extract<ActivityEvent, { kind: 'exec' }>;

/** Finds processes that no window of Cordon started, and root where none should be. */
export class ForeignExecs {
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly marks: Pick<SharedMarks, 'has'>;
  private readonly reporter: Pick<SecurityReporter, 'report'>;
  /** Whether a person started something as another user here, so that root may be theirs. */
  private readonly mayHaveOwnRoot: (workspaceId: string) => boolean;
  private readonly log: Log;

  constructor(parts: {
    engines: Pick<EngineSource, 'get'>;
    marks: Pick<SharedMarks, 'has'>;
    reporter: Pick<SecurityReporter, 'report'>;
    mayHaveOwnRoot: (workspaceId: string) => boolean;
    log: Log;
  }) {
    this.engines = parts.engines;
    this.marks = parts.marks;
    this.reporter = parts.reporter;
    this.mayHaveOwnRoot = parts.mayHaveOwnRoot;
    this.log = parts.log;
  }

  /** Cordon marks an exec as its own before it starts it, so a mark that is missing now will not come. */
  async originOf({ execId, command }: Exec): Promise<'healthCheck' | 'own' | 'foreign'> {
    if (command === healthcheckCommand.join(' ')) return 'healthCheck';
    return (await this.marks.has(execMark(execId))) ? 'own' : 'foreign';
  }

  async report(exec: Exec): Promise<void> {
    const { workspaceId, containerId, execId, command } = exec;
    const engine = await this.engines.get();
    const [facts, ownUser] = await Promise.all([
      engine.inspectCommand(execId).catch((error: unknown) => {
        this.log.warn(`A foreign process could not be looked at: ${describeError(error)}`);
        return undefined;
      }),
      engine.inspectContainer(containerId).then((container) => container?.user ?? ''),
    ]);
    const isRoot = isRootUser(facts?.user ?? '') && !isRootUser(ownUser);
    const privileged = facts?.privileged ?? false;
    await this.reporter.report({
      workspaceId,
      cause: 'foreignExec',
      severity: privileged || isRoot ? 'critical' : 'warning',
      message: privileged
        ? l10n.t('Something other than Cordon started a privileged process in the container: {0}', command)
        : isRoot
          ? l10n.t('Something other than Cordon started a process as root in the container: {0}', command)
          : l10n.t('Something other than Cordon started a process in the container: {0}', command),
      subjects: [command],
      occurrence: execId,
    });
    if (!privileged && !isRoot && !isRootUser(ownUser)) await this.findRoot(engine, exec);
  }

  /** A user's name may stand for root in the image: what runs tells. */
  private async findRoot(engine: ContainerEngine, { workspaceId, containerId, execId }: Exec): Promise<void> {
    if (engine.info.rootless || this.mayHaveOwnRoot(workspaceId)) return;
    const processes = await engine.listProcesses(containerId).catch((error: unknown) => {
      this.log.debug(`The processes of a container could not be listed: ${describeError(error)}`);
      return [];
    });
    const commands = processes.filter(({ uid }) => uid === 0).map(({ command }) => command);
    if (commands.length === 0) return;
    await this.reporter.report({
      workspaceId,
      cause: 'rootProcess',
      severity: 'critical',
      message: l10n.t('Processes run as root in the container, where none should: {0}', commands.join(', ')),
      subjects: commands,
      occurrence: execId,
    });
  }
}

function isRootUser(user: string): boolean {
  return /^(?:root|0)(?::|$)/.test(user);
}
