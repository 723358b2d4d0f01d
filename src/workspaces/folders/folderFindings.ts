import * as l10n from '@vscode/l10n';
import type { FolderScan } from '../../isolation/folderScan.ts';
import type { IsolationFinding } from '../../isolation/isolationReport.ts';
import type { FolderReview } from './folderReview.ts';
import type { LinkScan } from './linkScan.ts';
import { shownPaths } from './shownPaths.ts';

/** What is known of a folder beyond what an engine can tell. */
export interface FolderFacts {
  readonly scan: Pick<FolderScan, 'links' | 'unchecked'> | undefined;
  /** Missing for a container that is just starting. */
  readonly review?: FolderReview;
  /** `partly` where there are too few watches or too many folders; `not` in a window that does not watch it. */
  readonly watched?: 'fully' | 'partly' | 'not';
  /** Missing until the folder was searched for them. */
  readonly links?: LinkScan | undefined;
}

/** What of a folder is worth telling in the isolation report of its workspace. */
export function folderFindings({ scan, review, watched, links }: FolderFacts): readonly IsolationFinding[] {
  return [
    ...(review ? reviewFindings(review) : []),
    ...(watched === undefined ? [] : [watchFinding(watched)]),
    ...(scan ? scanFindings(scan) : []),
    ...(links ? linkFindings(links) : []),
  ];
}

function reviewFindings({ protectedPaths, hiddenPaths, lost }: FolderReview): IsolationFinding[] {
  return [
    pathFinding(
      'protected-paths-new',
      l10n.t('Protected paths that came up since the start'),
      protectedPaths.map(({ path }) => path),
      'warning',
    ),
    pathFinding(
      'hidden-paths-new',
      l10n.t('Hidden paths that came up since the start, and can be read'),
      hiddenPaths.map(({ path }) => path),
      'critical',
    ),
    pathFinding(
      'protection-lost',
      l10n.t('Paths that the host replaced, and that are open since'),
      lost.map(({ path }) => path),
      'critical',
    ),
  ];
}

function watchFinding(watched: 'fully' | 'partly' | 'not'): IsolationFinding {
  const words = {
    fully: l10n.t('the whole folder'),
    partly: l10n.t(
      'part of the folder, and what can be read of it every 10 s: the system allows no more watches, or it holds too many folders',
    ),
    not: l10n.t('not by this window'),
  };
  return {
    id: 'folder-watch',
    title: l10n.t('Watched for protected and hidden paths'),
    ok: watched !== 'partly',
    expected: words.fully,
    actual: words[watched],
    severity: 'warning',
  };
}

function scanFindings({ links, unchecked }: Pick<FolderScan, 'links' | 'unchecked'>): IsolationFinding[] {
  const found = [
    pathFinding(
      'linked-paths',
      l10n.t('Protected and hidden names that are symbolic links, over which nothing can be laid'),
      links,
      'info',
    ),
    pathFinding('unchecked-folders', l10n.t('Folders that could not be looked into'), unchecked, 'warning'),
  ];
  return found.filter(({ ok }) => !ok);
}

function linkFindings({ hardLinked, outward }: LinkScan): IsolationFinding[] {
  return [
    {
      id: 'hard-links',
      title: l10n.t('Files that have a second name, perhaps outside of the folder (hard links)'),
      ok: hardLinked.count === 0,
      expected: l10n.t('none'),
      actual: counted(hardLinked),
      severity: 'warning',
    },
    {
      id: 'outward-links',
      title: l10n.t('Symbolic links out of the folder, which lead nowhere inside'),
      ok: true,
      expected: l10n.t('any'),
      actual: counted(outward),
      severity: 'info',
    },
  ];
}

function counted({ count, examples }: LinkScan['hardLinked']): string {
  return count === 0 ? l10n.t('none') : l10n.t('{0}, such as {1}', count, shownPaths(examples));
}

function pathFinding(
  id: string,
  title: string,
  paths: readonly string[],
  severity: IsolationFinding['severity'],
): IsolationFinding {
  return {
    id,
    title,
    ok: paths.length === 0,
    expected: l10n.t('none'),
    actual: paths.length === 0 ? l10n.t('none') : shownPaths(paths),
    severity,
  };
}
