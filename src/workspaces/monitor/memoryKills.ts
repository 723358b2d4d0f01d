import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { forgetOldest } from '../../shared/forgetOldest.ts';
import type { ActivityEvent, ContainerEvent } from '../engineEvents.ts';
import type { SecurityReporter } from './securityReporter.ts';

/** How far a process's end and the news of its kill may lie apart. */
const apartMs = 2000;
const rememberedExecs = 500;
const killedExitCode = 137;

/** Reports processes that the kernel killed because memory ran out, with the command that was hit where it can be told. */
export class MemoryKills {
  private readonly reporter: Pick<SecurityReporter, 'report'>;
  /** Commands of what runs, or was killed, by exec id, oldest first. */
  private readonly commands = new Map<string, string>();
  private ends: Extract<ActivityEvent, { kind: 'execEnd' }>[] = [];
  private readonly settling = new Set<string>();

  private readonly settleMs: number;

  /** `settleMs` is the time for the end of the killed process to become known. */
  constructor(reporter: Pick<SecurityReporter, 'report'>, settleMs = 700) {
    this.reporter = reporter;
    this.settleMs = settleMs;
  }

  remember(activity: ActivityEvent): void {
    if (activity.kind === 'exec') {
      this.commands.set(activity.execId, activity.command);
      forgetOldest(this.commands, rememberedExecs);
    } else if (activity.kind === 'execEnd') {
      if (activity.exitCode !== killedExitCode) this.commands.delete(activity.execId);
      else
        this.ends = [...this.ends.filter(({ timeMs }) => activity.timeMs - timeMs < 2 * apartMs), activity];
    }
  }

  /** Kills that come together are one: an engine tells some of them twice. */
  async report({ workspaceId, containerId, timeMs }: ContainerEvent): Promise<void> {
    if (this.settling.has(containerId)) return;
    this.settling.add(containerId);
    await delay(this.settleMs, undefined, { ref: false });
    this.settling.delete(containerId);
    const hit = this.ends.filter(
      (end) => end.containerId === containerId && Math.abs(end.timeMs - timeMs) < apartMs,
    );
    const commands = [...new Set(hit.flatMap(({ execId }) => this.commands.get(execId) ?? []))];
    await this.reporter.report({
      workspaceId,
      cause: 'memoryKill',
      severity: 'warning',
      message:
        commands.length > 0
          ? l10n.t('Memory ran out, and the kernel killed a process of: {0}', commands.join(', '))
          : l10n.t('Memory ran out, and the kernel killed a process.'),
      subjects: commands,
      occurrence: `${containerId} ${timeMs}`,
    });
  }
}
