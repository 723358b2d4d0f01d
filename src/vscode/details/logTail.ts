import type { Disposable } from '../../shared/disposable.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { errorSentence } from '../errorSentence.ts';
import { withoutControlCharacters } from '../format.ts';
import { forwardText } from '../terminalOutput.ts';
import { withoutSequences } from '../withoutSequences.ts';

const lines = 200;
/** Characters kept at most: one line can be as long as a container likes. */
const longest = 40_000;
/** What prints without end is shown a few times a second. */
const everyMs = 250;

/** The last lines of what a container prints, as they come. */
export class LogTail implements Disposable {
  private readonly service: Pick<WorkspaceService, 'followLogs'>;
  private readonly show: (text: string) => void;
  private stop = new AbortController();
  private text = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(service: Pick<WorkspaceService, 'followLogs'>, show: (text: string) => void) {
    this.service = service;
    this.show = show;
  }

  /** Begins anew with what there is. */
  async follow(workspaceId: string): Promise<void> {
    this.dispose();
    const { signal } = (this.stop = new AbortController());
    this.text = '';
    this.showSoon();
    try {
      await forwardText(await this.service.followLogs(workspaceId, signal, lines), (text) => {
        if (signal.aborted) return;
        this.text = endOf(this.text + text);
        this.showSoon();
      });
    } catch (error) {
      if (signal.aborted) return;
      this.text = errorSentence(error);
      this.showSoon();
    }
  }

  dispose(): void {
    this.stop.abort();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private showSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.show(plainLines(this.text));
    }, everyMs);
  }
}

function endOf(text: string): string {
  return text
    .slice(-longest)
    .split('\n')
    .slice(-lines - 1)
    .join('\n');
}

function plainLines(text: string): string {
  return withoutSequences(text)
    .split('\n')
    .map((line) => withoutControlCharacters(line.trimEnd().replaceAll('\t', '    ')))
    .join('\n')
    .trimEnd();
}
