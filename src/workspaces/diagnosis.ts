import type { LoggedError } from '../shared/errorMemory.ts';
import type { Reconciliation } from './agreement.ts';
import type { EngineState } from './containerEngine.ts';
import type { ContainerState } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import { withoutHomes, withoutSecrets } from './withoutSecrets.ts';

/** What the core knows of itself. */
export interface CoreFacts {
  readonly workspaces: readonly {
    readonly record: WorkspaceRecord;
    readonly container: ContainerState;
    readonly sessions: number;
  }[];
  readonly engine: EngineState;
  /** Streams of the engine's events that are open. */
  readonly eventStreams: number;
  readonly reconciliation: Reconciliation | undefined;
  /** Stored entries that could not be read and were set aside. */
  readonly quarantined: number;
  /** Values of secrets, none of which is told. */
  readonly secretValues: readonly string[];
}

/** Everything that a report of a bug should say. */
export interface DiagnosisFacts extends CoreFacts {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** By name, for example `Cordon` and `VS Code`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Settings that are not as they are by default. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly errors: readonly LoggedError[];
  /** Home folders of the person, as absolute paths. */
  readonly homes: readonly string[];
}

/** Characters of one error. */
const longestError = 2000;

/** The facts as Markdown that can be pasted into a report: without values of variables, credentials and home folders. */
export function diagnosisText(facts: DiagnosisFacts): string {
  const { workspaces, errors, settings, reconciliation, at, homes } = facts;
  const values = [...facts.secretValues, ...workspaces.flatMap(({ record }) => Object.values(record.env))];
  const clean = (text: string) => withoutHomes(withoutSecrets(text, values), homes);
  const section = (title: string, lines: readonly string[]) => fenced(title, lines.map(clean));
  return [
    '# Cordon diagnosis',
    '',
    ...section(
      'Versions',
      Object.entries({ ...facts.versions, Time: at }).map(([name, value]) => `${name}: ${value}`),
    ),
    ...section('Engine', engineLines(facts.engine)),
    ...section('Counts', [
      `workspaces: ${workspaces.length}`,
      `set aside, unreadable: ${facts.quarantined}`,
      `sessions: ${workspaces.reduce((sum, { sessions }) => sum + sessions, 0)}`,
      `event streams: ${facts.eventStreams}`,
    ]),
    ...section('Last reconcile', [reconciliation ? json(reconciliation) : 'none yet']),
    ...section('Changed settings', Object.keys(settings).length > 0 ? [json(settings)] : ['none']),
    ...section('Workspaces', workspaces.length > 0 ? workspaces.map(workspaceLine) : ['none']),
    // Cut after the secrets are out: half a secret would not be found.
    ...fenced(
      'Last errors',
      errors.length > 0
        ? errors.map((error) => clean(`${error.at} ${error.message}`).slice(0, longestError))
        : ['none'],
    ),
  ].join('\n');
}

function engineLines(state: EngineState): string[] {
  const tried = (attempts: Extract<EngineState, { kind: 'unavailable' }>['attempts']) =>
    attempts.map((each) => `tried ${each.endpoint} (${each.chosenBecause}): ${each.problem}`);
  switch (state.kind) {
    case 'idle':
    case 'connecting':
      return [state.kind];
    case 'connected':
      return [json(state.info), ...tried(state.attempts ?? [])];
    case 'unavailable':
      return [`unavailable: [${state.error.code}] ${state.error.message}`, ...tried(state.attempts)];
  }
}

function workspaceLine({ record, container, sessions }: CoreFacts['workspaces'][number]): string {
  const env = Object.fromEntries(Object.keys(record.env).map((name) => [name, '•••']));
  const folder = decoded(record.folder);
  return json({ ...record, folder, env, container, sessions });
}

/** Fenced, so that nothing in it is formatted, linked or loaded. */
function fenced(title: string, lines: readonly string[]): string[] {
  const inert = lines.join('\n').replace(/`{3,}/g, "'''").replace(controls, ' ');
  return [`## ${title}`, '', '```', inert, '```', ''];
}

// eslint-disable-next-line no-control-regex -- control characters are what is removed; line ends stay
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 1);
}

/** As a path reads, so that a home folder in it is found whatever of it was encoded. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
