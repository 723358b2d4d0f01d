import pTimeout from 'p-timeout';
import * as vscode from 'vscode';
import { scanLinks, type LinkScan } from '../workspaces/folders/linkScan.ts';
import { shownPaths } from '../workspaces/folders/shownPaths.ts';
import { withoutControlCharacters } from './format.ts';
import { withProgress } from './progress.ts';

const quietMs = 500;

/** Before the first live workspace of a folder: tells of files in it through which something outside could be written. */
export class HardLinkQuestion {
  private readonly memory: Pick<vscode.Memento, 'get' | 'update'>;

  constructor(memory: Pick<vscode.Memento, 'get' | 'update'>) {
    this.memory = memory;
  }

  /** How the folder is to be mounted; `undefined` to make no workspace. */
  async mountFor(folder: string): Promise<'live' | 'readonly' | undefined> {
    const key = `cordon.hardLinks:${folder}`;
    if (this.memory.get(key) === true) return 'live';
    const { hardLinked } = await search(folder);
    const answer = hardLinked.count === 0 ? 'live' : await ask(hardLinked);
    if (answer === 'live') await this.memory.update(key, true);
    return answer;
  }
}

/** Shows progress only where it takes a while. */
async function search(folder: string): Promise<LinkScan> {
  const ended = new AbortController();
  const searching = scanLinks(folder, ended.signal);
  const early = await pTimeout(searching, { milliseconds: quietMs, fallback: () => undefined });
  if (early) return early;
  return await withProgress(vscode.l10n.t('Looking for hard links'), ({ signal }) => {
    signal.addEventListener('abort', () => {
      ended.abort(signal.reason);
    });
    return searching;
  });
}

async function ask({ count, examples }: LinkScan['hardLinked']): Promise<'live' | 'readonly' | undefined> {
  const create = vscode.l10n.t('Create Anyway');
  const readOnly = vscode.l10n.t('Mount Read-Only');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Files of the folder with a second name elsewhere (hard links): {0}.', count),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Whatever writes to them in the container writes to those, too, for example to the store of a package manager: {0}',
        withoutControlCharacters(shownPaths(examples)),
      ),
    },
    create,
    readOnly,
  );
  if (answer === create) return 'live';
  return answer === readOnly ? 'readonly' : undefined;
}
