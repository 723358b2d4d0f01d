import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../../src/workspaces/workspace.ts';
import { debianImage, ensureImages } from '../host/images.mjs';
import { testEngine } from './engine.ts';
import { temporaryFolder, workspacesOnEngine } from './workspacesOnEngine.ts';

/** What each try of a hostile program came to, by the name of the try. */
export type Outcomes = ReadonlyMap<string, string>;

const read = (program: string) =>
  fs.readFile(join(import.meta.dirname, '../docker/hostile/programs', program), 'utf8');

/** Workspaces of a Debian image with hostile programs in them; `dispose` removes all of it. */
export async function hostileWorkspaces() {
  const engine = await testEngine();
  await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
  const core = workspacesOnEngine(engine.connection);
  const folder = await temporaryFolder();
  const stop = new AbortController();
  const running: Promise<unknown>[] = [];

  return {
    core,
    folder,
    socketPath: engine.socketPath,
    /** A workspace with the defaults of its profile, which is `standard` when none is named. */
    create: async (request: { name: string } & Record<string, unknown>): Promise<Workspace> =>
      await core.service.create({ folder, image: debianImage, ...request }),
    /** What a shell line prints, both streams together, and how it ends. */
    sh: async ({ id }: Workspace, line: string, user?: string) => {
      const result = await core.service.exec(
        id,
        ['sh', '-c', `{ ${line}\n} 2>&1`],
        user === undefined ? {} : { user },
      );
      return { code: result.exitCode, out: result.stdout.trim() };
    },
    /** Runs one of the hostile programs to its end and reads its tries. */
    tries: async (
      { id }: Workspace,
      program: string,
      args: readonly string[] = [],
      user?: string,
    ): Promise<Outcomes> => {
      const { stdout, stderr, exitCode } = await core.service.exec(id, ['perl', '-', ...args], {
        stdin: (await Promise.all(['common.pl', program].map(read))).join('\n'),
        ...(user === undefined ? {} : { user }),
      });
      if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: ${stdout}${stderr}`);
      const lines = stdout.split('\n').filter((line) => line.includes('\t'));
      return new Map(lines.map((line) => line.split('\t', 2) as [string, string]));
    },
    /** Runs shell lines one after the other, each in a shell of its own for 5 s at most; names those that succeeded. */
    succeeding: async ({ id }: Workspace, lines: Readonly<Record<string, string>>, user?: string) => {
      const script = Object.entries(lines)
        .map(
          ([name, line]) =>
            `timeout 5 sh -c ${quoted(line)} </dev/null >/dev/null 2>&1 && echo ${quoted(name)}`,
        )
        .join('\n');
      const { stdout } = await core.service.exec(id, ['sh'], {
        stdin: `${script}\necho ended\n`,
        ...(user === undefined ? {} : { user }),
      });
      const names = stdout.trim().split('\n');
      if (names.pop() !== 'ended') throw new Error(`the tries were cut off: ${stdout}`);
      return names;
    },
    /** Starts a shell line that goes on until the end of the suite. */
    keepRunning: ({ id }: Workspace, line: string): void => {
      running.push(
        core.service
          .exec(id, ['sh', '-c', line], { signal: stop.signal, timeoutMs: 600_000 })
          .catch(() => undefined),
      );
    },
    dispose: async () => {
      stop.abort();
      await Promise.all(running);
      await Promise.all(core.service.list().map(({ id }) => core.service.remove(id)));
      core.dispose();
      await engine.dispose();
      await fs.rm(join(folder, '..'), { recursive: true });
    },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
