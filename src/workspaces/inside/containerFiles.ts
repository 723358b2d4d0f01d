import type { Readable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import type { OwnProcesses } from '../ownProcesses.ts';

export type ContainerFileKind = 'file' | 'folder' | 'other';

/** An entry of a folder in a container. */
export interface ContainerEntry {
  readonly name: string;
  /** Of what a symbolic link leads to; `other` is a device, a pipe, a socket or a link that leads nowhere. */
  readonly kind: ContainerFileKind;
  readonly isLink: boolean;
}

export interface ContainerFileStat extends Omit<ContainerEntry, 'name'> {
  /** In bytes; 0 where the image cannot tell. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** A file that is being read. `ended` rejects where the container did not give all of it. */
export interface ContainerFileReading {
  readonly content: Readable;
  readonly ended: Promise<void>;
  /** Reads no more of it. */
  readonly stop: () => Promise<void>;
}

/** A folder may have any number of entries: so many are told of. */
export const mostEntries = 2000;
const noFile = 3;

const statScript = `
link=-; [ -L "$1" ] && link=l
if [ -d "$1" ]; then kind=d; elif [ -f "$1" ]; then kind=f; elif [ -e "$1" ] || [ -L "$1" ]; then kind=o; else exit; fi
echo "$kind$link $(stat -L -c '%s %Y' "$1" 2>/dev/null || echo 0 0)"`;

/** Entries end with NUL, for a name may hold all else. */
const listScript = `
cd "$1" 2>/dev/null && [ -r . ] || exit 0
echo ok
count=0
for name in * .[!.]* ..?*; do
  link=-; [ -L "$name" ] && link=l
  if [ -d "$name" ]; then kind=d; elif [ -f "$name" ]; then kind=f; elif [ -e "$name" ] || [ $link = l ]; then kind=o; else continue; fi
  printf '%s%s%s\\0' $kind $link "$name"
  count=$((count + 1)); [ $count -ge ${mostEntries} ] && break
done; exit 0`;

const programScript =
  'for program; do command -v "$program" >/dev/null 2>&1 && echo "$program"; done; exit 0';

const readScript = `[ -f "$1" ] && [ -r "$1" ] || exit ${noFile}; exec cat "$1"`;

/** Reads files of containers as their user may, by the image's own shell. What it answers is hostile input. */
export class ContainerFiles {
  private readonly processes: Pick<OwnProcesses, 'start' | 'read'>;
  private readonly wake: (workspaceId: string) => Promise<void>;

  constructor(parts: {
    readonly processes: Pick<OwnProcesses, 'start' | 'read'>;
    /** Lets a workspace run on that sleeps because nobody used it. */
    readonly wake: (workspaceId: string) => Promise<void>;
  }) {
    this.processes = parts.processes;
    this.wake = parts.wake;
  }

  /** `undefined` where there is no such file. Rejects with `notRunning` and the like, and `invalidRequest` without a shell. */
  async stat(workspaceId: string, path: string): Promise<ContainerFileStat | undefined> {
    const text = await this.run(workspaceId, statScript, path);
    const [, kind, link, size = '0', seconds = '0'] = /^([dfo])([l-]) (\d+) (\d+)\n$/.exec(text) ?? [];
    if (kind === undefined) return undefined;
    return { ...typeOf(kind, link), size: Number(size), modifiedMs: Number(seconds) * 1000 };
  }

  /** At most `mostEntries`; `undefined` where there is no such folder or it may not be read. Rejects as `stat` does. */
  async list(workspaceId: string, path: string): Promise<readonly ContainerEntry[] | undefined> {
    const text = await this.run(workspaceId, listScript, path);
    if (!text.startsWith('ok\n')) return undefined;
    // What comes after the last end is the beginning of an entry that is not whole.
    const entries = text.slice(3).split('\0').slice(0, -1);
    return entries.slice(0, mostEntries).flatMap((entry) => {
      const [, kind, link, name] = /^([dfo])([l-])([^/]+)$/s.exec(entry) ?? [];
      return kind === undefined || name === undefined ? [] : [{ name, ...typeOf(kind, link) }];
    });
  }

  /** Begins to read a plain file. Rejects as `stat` does. */
  async read(workspaceId: string, path: string): Promise<ContainerFileReading> {
    await this.wake(workspaceId);
    const { process, kill } = await this.processes.start(workspaceId, shell(readScript, path));
    process.stderr.resume();
    const ended = process.exitCode.then((code) => {
      if (code === 0) return;
      throw new CordonError(
        'invalidRequest',
        code === noFile
          ? l10n.t('The container has no such file, or does not let it be read.')
          : l10n.t('The container gave only a part of the file.'),
      );
    });
    // Whoever stops reading does not wait for it.
    ended.catch(() => undefined);
    const stop = async () => {
      await kill();
      process.close();
    };
    return { content: process.stdout, ended, stop };
  }

  /** Those of some programs that are on the path of the container. Rejects as `stat` does. */
  async programs(workspaceId: string, names: readonly string[]): Promise<ReadonlySet<string>> {
    const output = await this.run(workspaceId, programScript, ...names);
    return new Set(output.split('\n').filter((name) => names.includes(name)));
  }

  private async run(workspaceId: string, script: string, ...args: readonly string[]): Promise<string> {
    await this.wake(workspaceId);
    const output = await this.processes.read(workspaceId, shell(script, ...args));
    return Buffer.from(output, 'latin1').toString('utf8');
  }
}

function shell(script: string, ...args: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', script, 'sh', ...args];
}

function typeOf(kind: string, link: string | undefined): Pick<ContainerEntry, 'kind' | 'isLink'> {
  const kinds: Readonly<Record<string, ContainerFileKind>> = { d: 'folder', f: 'file' };
  return { kind: kinds[kind] ?? 'other', isLink: link === 'l' };
}
