import type { BigIntStats } from 'node:fs';
import type { BindMount } from './containerSpec.ts';

/** The calls that are needed to see what a container has mounted; `node:fs/promises` fits. */
export interface MountFileSystem {
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  realpath(path: string): Promise<string>;
  stat(path: string, options: { readonly bigint: true }): Promise<Pick<BigIntStats, 'dev' | 'ino'>>;
}

/**
 * The source of a mount that is not what a container of this machine really has there, seen through its first process.
 * An engine finds the source of a mount by its path when the container starts: whoever puts a link in its place for that
 * moment, and takes it away again, gets something else mounted, and no look at the path shows it. `undefined` where all
 * is as it should be, and where nothing can be seen because the process is of another machine.
 */
export async function replacedMount(
  container: { readonly id: string; readonly pid: number },
  mounts: readonly BindMount[],
  fileSystem: MountFileSystem,
): Promise<string | undefined> {
  const process = `/proc/${container.pid}`;
  const groups = await fileSystem.readFile(`${process}/cgroup`, 'utf8').catch(() => '');
  // The number may be that of a process in a virtual machine, and another one here.
  if (!groups.includes(container.id)) return undefined;
  for (const { source, target } of mounts) {
    const mounted = await fileSystem.stat(`${process}/root${target}`, { bigint: true }).catch(notToBeSeen);
    if (!mounted) continue;
    const real = await fileSystem.realpath(source).catch(() => undefined);
    const there = real === source && (await fileSystem.stat(source, { bigint: true }).catch(() => undefined));
    if (!there || there.dev !== mounted.dev || there.ino !== mounted.ino) return source;
  }
  return undefined;
}

/** A process of another user may keep its files to itself. */
function notToBeSeen(): undefined {
  return undefined;
}
