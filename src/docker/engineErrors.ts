import * as l10n from '@vscode/l10n';
import { CordonError, type ErrorCode } from '../shared/errors.ts';

/** What a call was about, so that its error can name it. */
export interface CallSubject {
  readonly image?: string;
  /** Name of the container or network. */
  readonly name?: string;
  /** The program that was to be run. */
  readonly program?: string;
}

/** The engine answered, and the answer was no. Kept as the cause of a `CordonError`. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The HTTP status behind an error, when it stands for a refusal of the engine. */
export function refusalStatus(error: unknown): number | undefined {
  return error instanceof CordonError && error.cause instanceof EngineRefusal
    ? error.cause.status
    : undefined;
}

/** The engine's own words behind an error, for decisions; never for people. */
export function refusalText(error: unknown): string {
  return error instanceof CordonError && error.cause instanceof EngineRefusal ? error.cause.message : '';
}

/** A handler that takes a refusal with such words as done, and passes on every other failure. */
export function unlessSaying(words: RegExp): (error: unknown) => void {
  return (error) => {
    if (!words.test(refusalText(error))) throw error;
  };
}

/** A handler that takes what is gone for `undefined`, and passes on every other failure. */
export function unlessGone(error: unknown): undefined {
  if (refusalStatus(error) !== 404) throw error;
  return undefined;
}

/** First line of a foreign text without control characters, 200 characters at most. */
export function shortText(text: string): string {
  const [line = ''] = text.trim().split(/[\r\n]/, 1);
  // eslint-disable-next-line no-control-regex -- control characters are what is removed
  const clean = line.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');
  return clean.length > 200 ? `${clean.slice(0, 199)}…` : clean;
}

type Rule = readonly [
  pattern: RegExp,
  code: ErrorCode,
  sentence: (about: CallSubject, match: RegExpExecArray) => string,
  /** Only for answers of this status. */
  status?: number,
];

const rules: readonly Rule[] = [
  [
    /no space left on device/i,
    'engineFailed',
    () => l10n.t('The engine has no disk space left. Remove images or containers that are not needed.'),
  ],
  [
    /non-overlapping|predefined address pools/i,
    'engineFailed',
    () =>
      l10n.t(
        'There is no address range left for another network. Remove networks that are not needed, or choose another range in the setting “cordon.networkRange”.',
      ),
  ],
  [
    /bind source path does not exist:?\s*(.*)/i,
    'folderNotFound',
    (_, match) => l10n.t('The engine cannot find “{0}” on its machine.', shortText(match[1] ?? '')),
  ],
  [
    /executable file not found|exec(?: failed)?: "[^"]*":|OCI runtime exec failed.*(?:no such file|permission denied)/i,
    'invalidRequest',
    (about) =>
      l10n.t(
        'The program “{0}” is not in the image or cannot be run there.',
        shortText(about.program ?? '?'),
      ),
  ],
  [
    /no such image|image not known|manifest unknown|manifest for .* not found/i,
    'imageNotFound',
    (about) =>
      l10n.t(
        'The image “{0}” was not found. Check its name, or choose a local image.',
        shortText(about.image ?? '?'),
      ),
  ],
  [
    /port is already allocated|address already in use/i,
    'portInUse',
    () => l10n.t('A port that the container asks for is in use already.'),
  ],
  [
    /marked for removal|removal of container .* is already in progress/i,
    'conflict',
    () => l10n.t('Something else is just removing the container. Try again in a moment.'),
  ],
  [
    /network \S+ is ambiguous/i,
    'conflict',
    () => l10n.t('Another window is just starting this workspace. Try again in a moment.'),
  ],
  [
    /network \S+ not found/i,
    'conflict',
    () => l10n.t('Something else removed the network of the workspace just now. Try again.'),
  ],
  [
    /not running|(?:pause|exec) (?:in )?a (?:stopped|paused) |is paused|no such container|container .* not found/i,
    'notRunning',
    () => l10n.t('The container does not run.'),
  ],
  [
    /already in use|already exists/i,
    'conflict',
    (about) =>
      l10n.t(
        '“{0}” exists in the engine already and is not part of this workspace. Rename or remove it, or choose another name.',
        shortText(about.name ?? '?'),
      ),
    409,
  ],
];

/** Turns an answer of the engine that means no into an error that a person can act on. */
export function refusalError(refusal: EngineRefusal, about: CallSubject = {}): CordonError {
  for (const [pattern, code, sentence, status] of rules) {
    if (status !== undefined && status !== refusal.status) continue;
    const match = pattern.exec(refusal.message);
    if (match) return new CordonError(code, sentence(about, match), refusal);
  }
  const words = shortText(refusal.message) || l10n.t('status {0}, without a reason', refusal.status);
  return new CordonError('engineFailed', l10n.t('The engine refused: {0}', words), refusal);
}

/** One sentence about a connection that could not be made or broke. */
export function connectionProblem(error: unknown): string {
  if (error instanceof CordonError) return error.message;
  switch (errorCode(error)) {
    case 'ENOENT':
      return l10n.t('No engine listens there.');
    case 'ECONNREFUSED':
      return l10n.t('The connection was refused: the engine does not run.');
    case 'EACCES':
    case 'EPERM':
      return l10n.t(
        'You may not use its socket. Add yourself to the group “docker” and sign in again, or use a rootless engine.',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return l10n.t('The name of its machine cannot be resolved.');
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return l10n.t('Its machine cannot be reached.');
    case 'ECONNRESET':
    case 'EPIPE':
      return l10n.t('The engine closed the connection.');
    default:
      return l10n.t(
        'The connection failed: {0}',
        shortText(error instanceof Error ? error.message : String(error)),
      );
  }
}

/** Turns a failure of the connection into `engineUnavailable`; a Cordon error passes as it is. */
export function connectionError(error: unknown): CordonError {
  if (error instanceof CordonError) return error;
  return new CordonError(
    'engineUnavailable',
    l10n.t('The container engine cannot be reached. {0}', connectionProblem(error)),
    error,
  );
}

/** The engine said something that cannot be understood. */
export function answerNotUnderstood(what: string, cause?: unknown): CordonError {
  return new CordonError(
    'engineFailed',
    l10n.t('The engine’s answer about {0} cannot be understood.', what),
    cause,
  );
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
