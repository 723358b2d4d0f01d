import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as l10n from '@vscode/l10n';
import { CordonError, type ErrorCode } from '../shared/errors.ts';
import { forbiddenReason, type FolderRulesFacts } from './folderRules.ts';
import { pathsOf } from './pathPlace.ts';

/** The three calls that a check needs; `node:fs/promises` fits. */
export interface FolderFileSystem {
  realpath(path: string): Promise<string>;
  stat(
    path: string,
    options: { readonly bigint: true },
  ): Promise<Pick<BigIntStats, 'isDirectory' | 'uid' | 'gid' | 'dev' | 'ino'>>;
  access(path: string, mode: number): Promise<void>;
}

/** What a check needs to know of the machine. */
export interface FolderEnvironment extends FolderRulesFacts {
  readonly fileSystem: FolderFileSystem;
}

/** A folder that a workspace may be made of, as it was when it was checked. */
export interface CheckedFolder {
  /** With all symbolic links resolved. */
  readonly path: string;
  readonly ownerUid: number;
  readonly ownerGid: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** The disk of this machine that holds it, such as `/dev/sda`, where that can be told. */
  readonly disk?: string;
}

/**
 * Checks the folder of a `file:` URI or absolute path, as it is written and as it is with symbolic links resolved.
 * Rejects with `invalidRequest`, `folderNotFound`, `folderForbidden` or `folderUnreadable`.
 */
export async function checkFolder(folder: string, environment: FolderEnvironment): Promise<CheckedFolder> {
  const { fileSystem, platform } = environment;
  const given = folderPath(folder, platform);
  refuseForbidden(given, environment);
  const path = await fileSystem.realpath(given).catch((error: unknown) => {
    throw unreachable(given, error);
  });
  const resolved = await withLinksResolved(environment);
  refuseForbidden(given, resolved);
  refuseForbidden(path, environment);
  refuseForbidden(path, resolved);
  const stats = await fileSystem.stat(path, { bigint: true }).catch((error: unknown) => {
    throw unreachable(given, error);
  });
  if (!stats.isDirectory())
    throw new CordonError('folderNotFound', l10n.t('The path {0} is not a folder.', shown(given)));
  await fileSystem.access(path, constants.R_OK | constants.X_OK).catch((error: unknown) => {
    throw unreachable(given, error);
  });
  return {
    path,
    ownerUid: Number(stats.uid),
    ownerGid: Number(stats.gid),
    device: stats.dev,
    inode: stats.ino,
  };
}

/** Where the folder of a URI or path is with all symbolic links resolved, whatever it is. Rejects where nothing is there. */
export async function realFolder(
  folder: string,
  { fileSystem, platform }: Pick<FolderEnvironment, 'fileSystem' | 'platform'>,
): Promise<string> {
  return await fileSystem.realpath(folderPath(folder, platform));
}

/** True when a later check found the very same folder, not one that took its place. */
export function sameFolder(before: CheckedFolder, after: CheckedFolder): boolean {
  return before.path === after.path && before.device === after.device && before.inode === after.inode;
}

/** The `file:` URI of an absolute path. */
export function folderUri(path: string, platform: NodeJS.Platform): string {
  return pathToFileURL(path, { windows: platform === 'win32' }).href;
}

/** The normalised absolute path that a `file:` URI or a path names. Throws `invalidRequest`. */
export function folderPath(folder: string, platform: NodeJS.Platform): string {
  const paths = pathsOf(platform);
  const path = paths.isAbsolute(folder) ? folder : pathOfUri(folder, platform);
  if (/[\0\p{Cs}]/u.test(path)) throw invalid(l10n.t('The path of the folder contains a broken character.'));
  if (platform === 'win32' && paths.parse(path).root.length < 3) {
    throw invalid(l10n.t('The path of the folder names no drive.'));
  }
  const normal = paths.normalize(path);
  const { root } = paths.parse(normal);
  return normal.length > root.length && normal.endsWith(paths.sep) ? normal.slice(0, -1) : normal;
}

function pathOfUri(uri: string, platform: NodeJS.Platform): string {
  const windows = platform === 'win32';
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url) throw invalid(l10n.t('The folder must be an absolute path or a file URI.'));
  if (!/^file:\/\//i.test(uri) || (url.host !== '' && !windows)) {
    throw invalid(l10n.t('The folder must be on this machine.'));
  }
  // What the URL parser drops or takes for a slash would name another folder than the one that was meant.
  if (/[\p{Cc}]|^ | $/u.test(uri) || (!windows && uri.includes('\\'))) {
    throw invalid(l10n.t('The URI of the folder contains characters that must be percent-encoded.'));
  }
  if (url.search !== '' || url.hash !== '') {
    throw invalid(l10n.t('The URI of the folder contains "?" or "#", which must be percent-encoded.'));
  }
  if (url.host === '' && url.pathname.startsWith('//')) {
    throw invalid(l10n.t('The URI of the folder names no folder.'));
  }
  try {
    return fileURLToPath(url, { windows });
  } catch (error) {
    throw invalid(l10n.t('The URI of the folder names no folder.'), error);
  }
}

function refuseForbidden(path: string, facts: FolderRulesFacts): void {
  const reason = forbiddenReason(path, facts);
  if (reason === undefined) return;
  throw new CordonError(
    'folderForbidden',
    l10n.t('The folder {0} cannot be opened in a workspace. {1}', shown(path), reason),
  );
}

/** The same rules with the places of home and engine as they are behind their symbolic links. */
async function withLinksResolved({ fileSystem, ...facts }: FolderEnvironment): Promise<FolderRulesFacts> {
  const resolve = (path: string) => fileSystem.realpath(path).catch(() => path);
  const resolveIfAny = (path: string | undefined) => (path === undefined ? undefined : resolve(path));
  return {
    ...facts,
    home: await resolve(facts.home),
    engineDataFolder: await resolveIfAny(facts.engineDataFolder),
    engineSocket: await resolveIfAny(facts.engineSocket),
  };
}

function unreachable(path: string, error: unknown): CordonError {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  const [ours, sentence] = problems.get(code) ?? otherProblem;
  return new CordonError(ours, sentence(shown(path)), error);
}

type Problem = readonly [code: ErrorCode, sentence: (path: string) => string];

const notFound: Problem = ['folderNotFound', (path) => l10n.t('The folder {0} does not exist.', path)];
const unreadable: Problem = [
  'folderUnreadable',
  (path) =>
    l10n.t('You may not read the folder {0}. Check its permissions and those of the folders above it.', path),
];
const otherProblem: Problem = ['folderUnreadable', (path) => l10n.t('The folder {0} cannot be read.', path)];

const problems: ReadonlyMap<unknown, Problem> = new Map<unknown, Problem>([
  ['ENOENT', notFound],
  ['ENOTDIR', notFound],
  ['ENAMETOOLONG', notFound],
  ['ELOOP', ['folderNotFound', (path) => l10n.t('The symbolic links at {0} lead in a circle.', path)]],
  ['EACCES', unreadable],
  ['EPERM', unreadable],
]);

/** A path in a sentence: in quotes, on one line, and no longer than a notification can show. */
function shown(path: string): string {
  const text = JSON.stringify(path);
  return text.length > 300 ? `${text.slice(0, 300)}…"` : text;
}

function invalid(sentence: string, cause?: unknown): CordonError {
  return new CordonError('invalidRequest', sentence, cause);
}
