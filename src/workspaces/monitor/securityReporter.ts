import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { describeError } from '../../shared/describeError.ts';
import { hasCode, summarize } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { KeptSecrets } from '../secrets/keptSecrets.ts';
import type { SecurityEntry, SecurityLog } from '../securityLog.ts';
import type { SharedMarks } from './sharedMarks.ts';

/** Something that the monitor noticed. */
export interface SecurityFinding extends Omit<SecurityEntry, 'at'> {
  /** Tells this happening from others, the same in every window that notices it. */
  readonly occurrence: string;
}

/** After this long it is told that the pause is still to come: another operation of the workspace is in its way. */
const pauseWaitMs = 2000;

/** Reports what the monitor noticed, once among all windows; what is critical pauses the workspace first. */
export class SecurityReporter {
  private readonly securityLog: Pick<SecurityLog, 'record'>;
  private readonly marks: SharedMarks;
  private readonly pause: (workspaceId: string) => Promise<unknown>;
  private readonly secrets: Pick<KeptSecrets, 'learn' | 'masked'>;
  private readonly log: Log;

  constructor(parts: {
    securityLog: Pick<SecurityLog, 'record'>;
    marks: SharedMarks;
    /** Waits for other operations of the workspace. */
    pause: (workspaceId: string) => Promise<unknown>;
    secrets: Pick<KeptSecrets, 'learn' | 'masked'>;
    log: Log;
  }) {
    this.securityLog = parts.securityLog;
    this.marks = parts.marks;
    this.pause = parts.pause;
    this.secrets = parts.secrets;
    this.log = parts.log;
  }

  async report({ occurrence, ...entry }: SecurityFinding): Promise<void> {
    const { workspaceId, cause, severity, message } = entry;
    if (!(await this.marks.leave(`seen ${workspaceId} ${cause} ${occurrence}`))) return;
    const consequence = severity === 'critical' ? ` ${await this.pauseFirst(workspaceId)}` : '';
    this.log.warn(`security of ${workspaceId}: ${cause} (${severity})`);
    try {
      // A command can name a secret of the workspace; the log is a file of its own.
      await this.secrets.learn(workspaceId);
      const masked = (text: string) => this.secrets.masked(workspaceId, text);
      await this.securityLog.record({
        ...entry,
        message: masked(message) + consequence,
        subjects: entry.subjects.map(masked),
      });
    } catch (error) {
      this.log.error(`The security log could not be written: ${describeError(error)}`);
    }
  }

  /** One sentence about what became of the pause. */
  private async pauseFirst(workspaceId: string): Promise<string> {
    const paused = this.pause(workspaceId).then(
      () => l10n.t('The workspace was paused.'),
      (error: unknown) => {
        if (hasCode(error, 'notRunning')) return l10n.t('The workspace does not run any more.');
        this.log.error(`A workspace could not be paused: ${describeError(error)}`);
        return l10n.t('The workspace could not be paused: {0}', summarize(error).message);
      },
    );
    return await pTimeout(paused, {
      milliseconds: pauseWaitMs,
      fallback: () => l10n.t('The workspace will be paused as soon as what is done with it now has ended.'),
    });
  }
}
