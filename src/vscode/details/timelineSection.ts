import type { Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { Timeline } from '../../workspaces/timeline/timeline.ts';
import type { TimelineEntry } from '../../workspaces/timeline/timelineEntry.ts';
import { detailsEvents, shownEvents } from './detailsEvents.ts';
import type { DetailsEvent } from './detailsMessages.ts';

/** What comes at once is drawn at once. */
const gatherMs = 100;

/** The end of the timeline of one workspace as the page shows it. */
export class TimelineSection implements Disposable {
  private readonly workspaceId: string;
  private readonly timeline: Pick<Timeline, 'entries'>;
  private readonly show: (events: readonly DetailsEvent[]) => void;
  private readonly log: Pick<Log, 'debug'>;
  private entries: TimelineEntry[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    workspaceId: string,
    timeline: Pick<Timeline, 'entries'>,
    show: (events: readonly DetailsEvent[]) => void,
    log: Pick<Log, 'debug'>,
  ) {
    this.workspaceId = workspaceId;
    this.timeline = timeline;
    this.show = show;
    this.log = log;
  }

  /** Reads everything that is known. */
  async tell(): Promise<void> {
    try {
      this.entries = [...(await this.timeline.entries(this.workspaceId))];
    } catch (error) {
      this.log.debug('A timeline could not be read.', error);
    }
    this.show(detailsEvents(this.entries));
  }

  add(entry: TimelineEntry): void {
    this.entries = [...this.entries.slice(-shownEvents), entry];
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.show(detailsEvents(this.entries));
    }, gatherMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
