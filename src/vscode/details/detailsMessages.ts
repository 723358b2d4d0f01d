import type { ResourceSample } from '../../workspaces/resources/resourceSample.ts';

/** A line of a list of facts; both are text, whatever they look like. */
export interface DetailsFact {
  readonly label: string;
  readonly value: string;
  /** The value is a time, ISO 8601, which the page tells as its person reads it. */
  readonly isTime: boolean;
}

/** What the page shows of the workspace itself. */
export interface DetailsState {
  readonly title: string;
  /** One line that screen readers are told when it changes. */
  readonly summary: string;
  readonly facts: readonly DetailsFact[];
  readonly sessions: readonly {
    readonly kind: string;
    readonly command: string;
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    /** Whether it runs, or how it ended. */
    readonly state: string;
  }[];
  readonly limits: { readonly cpuCores: number; readonly memoryBytes: number; readonly pids: number };
  /** Whether its isolation can be checked now. */
  readonly canCheck: boolean;
  /** Whether it exists at all, so that there is something to export and to follow. */
  readonly isThere: boolean;
}

/** A promise of the profile and what was found of it. */
export interface DetailsFinding {
  readonly status: 'holds' | 'broken' | 'unproven';
  readonly statusWord: string;
  readonly title: string;
  readonly expected: string;
  readonly actual: string;
}

/** What the page shows of the isolation. */
export interface DetailsReport {
  /** Grade and what it means, or why there is none. */
  readonly summary: string;
  readonly findings: readonly DetailsFinding[];
  readonly isChecking: boolean;
}

/** What a person can decide about a name in the page; commands are called like that, too. */
export const nameDecisions = ['allowName', 'allowNameForNow', 'denyName'] as const;

/** A button of a name. */
export interface DetailsDecision {
  readonly type: (typeof nameDecisions)[number];
  readonly label: string;
  /** What a screen reader says, which hears of no row. */
  readonly inFull: string;
}

/** A name that the workspace tried to reach. */
export interface DetailsName {
  /** What tells it apart from others. */
  readonly address: string;
  /** With its port. */
  readonly name: string;
  /** Of the last try. */
  readonly verdict: 'allowed' | 'denied';
  /** What became of it, and how often. */
  readonly text: string;
  /** Of the last try, ISO 8601, UTC. */
  readonly at: string;
  /** What can be decided about it now. */
  readonly decisions: readonly DetailsDecision[];
}

/** A line of the timeline. */
export interface DetailsEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kindWord: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly severityWord: string;
  readonly text: string;
}

/** What the extension tells the page; every text in it is to be shown as text. */
export type MessageToPage =
  | { readonly type: 'state'; readonly state: DetailsState }
  /** All that is known, in place of what the page has. */
  | { readonly type: 'samples'; readonly samples: readonly ResourceSample[] }
  | { readonly type: 'sample'; readonly sample: ResourceSample }
  | { readonly type: 'report'; readonly report: DetailsReport }
  /** `null` where nobody sees what the workspace tries to reach. */
  | { readonly type: 'names'; readonly names: readonly DetailsName[] | null }
  /** Newest first. */
  | { readonly type: 'timeline'; readonly events: readonly DetailsEvent[] }
  | { readonly type: 'log'; readonly text: string };

/** What a person can ask for in the page. */
export const pageRequests = [
  'ready',
  'checkIsolation',
  'editEgress',
  'exportTimeline',
  'showContainerLog',
] as const;

/** What the page tells the extension. */
export type MessageFromPage =
  | { readonly type: (typeof pageRequests)[number] }
  | { readonly type: (typeof nameDecisions)[number]; readonly address: string };

/** What VS Code keeps of the page over a reload of the window. */
export interface PageState {
  readonly workspaceId: string;
  /** Pixels. */
  readonly scrollY: number;
}
