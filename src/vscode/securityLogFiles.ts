import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { toCordonError } from '../shared/errors.ts';
import type { KeptSecurityLog, SecurityEntry, SecurityLogStorage } from '../workspaces/securityLog.ts';

/** Bytes of a file before it becomes the older one; the one before that goes. */
const rotateAtBytes = 1024 * 1024;

const line = z.object({
  workspaceId: z.string(),
  at: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))),
  cause: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
  message: z.string(),
  subjects: z.array(z.string()),
});

/** Security logs as files of JSON lines, one and an older one for each workspace, only for the person to read. */
export class SecurityLogFiles implements SecurityLogStorage {
  private readonly folder: string;
  private readonly rotateAtBytes: number;
  /** One write after the other, so that no line is lost to a rotation. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string, rotateAt: number = rotateAtBytes) {
    this.folder = folder;
    this.rotateAtBytes = rotateAt;
  }

  append(entry: SecurityEntry): Promise<void> {
    return this.inTurn(async () => {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      const [file, older] = this.filesOf(entry.workspaceId);
      const size = await stat(file).then(
        (stats) => stats.size,
        () => 0,
      );
      if (size > this.rotateAtBytes) await rename(file, older);
      // The line break comes first, too: a line that was cut off by a kill must not swallow this one.
      await appendFile(file, `\n${JSON.stringify(entry)}\n`, { mode: 0o600 });
    });
  }

  async read(workspaceId: string): Promise<readonly SecurityEntry[]> {
    await this.writing.catch(() => undefined);
    const [file, older] = this.filesOf(workspaceId);
    const texts = await Promise.all([older, file].map((each) => readFile(each, 'utf8').catch(() => '')));
    return texts.flatMap((text) => text.split('\n').flatMap((each) => entryOf(each, workspaceId)));
  }

  remove(workspaceId: string): Promise<void> {
    return this.inTurn(async () => {
      for (const file of this.filesOf(workspaceId)) await rm(file, { force: true });
    });
  }

  async list(): Promise<readonly KeptSecurityLog[]> {
    await this.writing.catch(() => undefined);
    const names = await readdir(this.folder).catch(() => []);
    const ids = new Set(
      names.flatMap((name) => /^([0-9A-Za-z_-]+)(?:\.older)?\.jsonl$/.exec(name)?.[1] ?? []),
    );
    return await Promise.all(
      [...ids].map(async (workspaceId) => {
        const files = await Promise.all(
          this.filesOf(workspaceId).map((file) => stat(file).catch(() => undefined)),
        );
        return {
          workspaceId,
          sizeBytes: files.reduce((sum, file) => sum + (file?.size ?? 0), 0),
          writtenAt: new Date(Math.max(...files.map((file) => file?.mtimeMs ?? 0))).toISOString(),
        };
      }),
    );
  }

  private filesOf(workspaceId: string): [current: string, older: string] {
    // An id from a label must not lead to another folder.
    const name = workspaceId.replaceAll(/[^0-9A-Za-z-]/g, '_').slice(0, 64);
    return [path.join(this.folder, `${name}.jsonl`), path.join(this.folder, `${name}.older.jsonl`)];
  }

  private async inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.writing.catch(() => undefined).then(work);
    this.writing = turn;
    try {
      await turn;
    } catch (error) {
      throw toCordonError(
        error,
        'storageFailed',
        l10n.t('The security log could not be written. Check the free disk space.'),
      );
    }
  }
}

/** Nothing for a line that is damaged or another workspace's. */
function entryOf(text: string, workspaceId: string): SecurityEntry[] {
  if (text === '') return [];
  try {
    const parsed = line.safeParse(JSON.parse(text));
    if (!parsed.success || parsed.data.workspaceId !== workspaceId) return [];
    // A cause of a later version is shown as it is.
    return [{ ...parsed.data, cause: parsed.data.cause as SecurityEntry['cause'] }];
  } catch {
    return [];
  }
}
