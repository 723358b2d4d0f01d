import * as l10n from '@vscode/l10n';
import { CordonError, toCordonError } from '../shared/errors.ts';
import type { EngineAttempt } from '../workspaces/containerEngine.ts';
import { ConnectedEngine } from './connectedEngine.ts';
import type { EngineSurroundings } from './dockerEngine.ts';
import type { EngineCandidate } from './engineCandidates.ts';
import { connectionProblem } from './engineErrors.ts';
import type { EventMemory } from './eventMemory.ts';

/** No candidate gave an engine: where it was looked for, and one error for all of it. */
export class NoEngineFound extends Error {
  override readonly name = 'NoEngineFound';
  readonly attempts: readonly EngineAttempt[];
  readonly error: CordonError;

  constructor(attempts: readonly EngineAttempt[], error: CordonError) {
    super(error.message);
    this.attempts = attempts;
    this.error = error;
  }
}

interface Failure {
  readonly attempt: EngineAttempt;
  readonly isExplicit: boolean;
  /** Nothing is there at all, as against something that does not work. */
  readonly isAbsent: boolean;
  readonly error: CordonError;
}

/** Connects to the first candidate that answers and will do. Rejects with `NoEngineFound`. */
export async function findEngine(
  candidates: readonly EngineCandidate[],
  memory: EventMemory,
  surroundings: EngineSurroundings,
  signal: AbortSignal,
): Promise<{ readonly found: ConnectedEngine; readonly attempts: readonly EngineAttempt[] }> {
  const failures: Failure[] = [];
  for (const candidate of candidates) {
    try {
      const found = await ConnectedEngine.open(candidate, memory, surroundings, signal);
      return { found, attempts: failures.map(({ attempt }) => attempt) };
    } catch (error) {
      if (signal.aborted) throw error;
      failures.push(failureOf(candidate, error));
    }
  }
  const attempts = failures.map(({ attempt }) => attempt);
  throw new NoEngineFound(attempts, errorOf(failures));
}

function failureOf({ endpoint, chosenBecause, isExplicit }: EngineCandidate, error: unknown): Failure {
  // What broke below says more than the sentence around it.
  const isWrapped = error instanceof CordonError && error.code === 'engineUnavailable';
  const cause = isWrapped ? (error.cause ?? error) : error;
  const problem = connectionProblem(cause);
  return {
    attempt: { endpoint, chosenBecause, problem },
    isExplicit,
    isAbsent: cause instanceof Error && 'code' in cause && cause.code === 'ENOENT',
    error: toCordonError(error, 'engineUnavailable', problem),
  };
}

function errorOf(failures: readonly Failure[]): CordonError {
  const unsupported = failures.find(({ error }) => error.code === 'engineUnsupported');
  if (unsupported) return unsupported.error;
  const [chosen] = failures.filter(({ isExplicit }) => isExplicit);
  if (chosen) {
    const { chosenBecause, endpoint, problem } = chosen.attempt;
    const where = endpoint === '' ? chosenBecause : `${chosenBecause}: ${endpoint}`;
    return unavailable(
      l10n.t('The chosen container engine ({0}) does not answer. {1}', where, problem),
      chosen,
    );
  }
  const [broken] = failures.filter(({ isAbsent }) => !isAbsent);
  if (broken) {
    const { endpoint, chosenBecause, problem } = broken.attempt;
    const where = endpoint === '' ? chosenBecause : endpoint;
    return unavailable(l10n.t('The container engine at {0} does not answer. {1}', where, problem), broken);
  }
  return unavailable(
    l10n.t(
      'No container engine was found in {0} usual places. Start Docker, Podman, Colima or Rancher Desktop, or set where yours listens.',
      failures.length,
    ),
    failures[0],
  );
}

function unavailable(message: string, failure: Failure | undefined): CordonError {
  return new CordonError('engineUnavailable', message, failure?.error);
}
