import * as vscode from 'vscode';
import type { LatestReports } from '../../workspaces/latestReports.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { errorSentence } from '../errorSentence.ts';
import { isPossible } from '../workspaceActions.ts';
import type { DetailsReport } from './detailsMessages.ts';
import { detailsReport, noReport } from './detailsReport.ts';

interface Parts {
  readonly service: Pick<WorkspaceService, 'get' | 'isolationReport'>;
  readonly latestReports: Pick<LatestReports, 'get'>;
}

/** The isolation report of one workspace as the page shows it, and its check. */
export class ReportSection {
  private readonly workspaceId: string;
  private readonly parts: Parts;
  private readonly show: (report: DetailsReport) => void;
  private isChecking = false;

  constructor(workspaceId: string, parts: Parts, show: (report: DetailsReport) => void) {
    this.workspaceId = workspaceId;
    this.parts = parts;
    this.show = show;
  }

  tell(): void {
    const report = this.parts.latestReports.get(this.workspaceId);
    const why = this.isChecking
      ? vscode.l10n.t('It is being checked.')
      : vscode.l10n.t('It is checked at every start, and can be checked anew while the workspace runs.');
    this.show(report ? detailsReport(report, this.isChecking) : noReport(why, this.isChecking));
  }

  /** Where it runs and this window has not seen a check of it: one that was started before the window was opened. */
  async checkWhereUnknown(): Promise<void> {
    const workspace = this.parts.service.get(this.workspaceId);
    const isKnown = this.parts.latestReports.get(this.workspaceId) !== undefined;
    if (workspace && !isKnown && isPossible('showIsolation', workspace)) await this.check();
  }

  async check(): Promise<void> {
    if (this.isChecking) return;
    this.isChecking = true;
    this.tell();
    const problem = await this.parts.service.isolationReport(this.workspaceId).then(
      () => undefined,
      (error: unknown) => errorSentence(error),
    );
    this.isChecking = false;
    if (problem === undefined) this.tell();
    else this.show(noReport(problem));
  }
}
