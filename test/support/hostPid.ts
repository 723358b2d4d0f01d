import * as fs from 'node:fs/promises';

/** The id that this machine gives to the first process of a container of an engine in a process namespace of its own. */
export async function hostPid({ id, pid }: { readonly id: string; readonly pid: number }): Promise<number> {
  const read = (path: string) => fs.readFile(path, 'utf8').catch(() => '');
  if ((await read(`/proc/${pid}/cgroup`)).includes(id)) return pid;
  const all = (await fs.readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const one of all) {
    const inner = /^NSpid:.*\t(\d+)\t1$/m.exec(await read(`/proc/${one}/status`))?.[1];
    if (Number(inner) === pid && (await read(`/proc/${one}/cgroup`)).includes(id)) return Number(one);
  }
  return pid;
}
