/** What the flight recorder of a workspace tells apart. */
export type TimelineKind = 'operation' | 'container' | 'session' | 'network' | 'security';

/** One thing that happened to a workspace. Holds no value of an environment variable. */
export interface TimelineEntry {
  readonly workspaceId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: TimelineKind;
  readonly severity: 'info' | 'warning' | 'critical';
  /** What happened, in a word for programs: `begun`, `ended`, a state of a container, `allowed` or `denied`, or a cause of the security log. */
  readonly event: string;
  /** What happened, in a sentence for people. What it names (commands, paths) is hostile input: show it inert. */
  readonly text: string;
  readonly durationMs?: number;
  /** How an operation ended: `done` or the code of its error. */
  readonly outcome?: string;
  readonly exitCode?: number;
}
