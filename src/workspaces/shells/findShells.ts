/** Where the shell of a terminal is looked for, the better one first. */
export const usualShells = ['/bin/bash', '/usr/bin/bash', '/bin/sh', '/usr/bin/sh'] as const;

const names = ['bash', 'zsh', 'fish', 'sh', 'dash', 'ash', 'ksh', 'nu', 'pwsh'];
const places = ['/bin', '/usr/bin', '/usr/local/bin'];

/** The shells that are there, each once and the better one first. An image may say anything of its shells: it is not asked. */
export async function shellsOf(isThere: (path: string) => Promise<boolean>): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      for (const place of places) if (await isThere(`${place}/${name}`)) return [`${place}/${name}`];
      return [];
    }),
  );
  return found.flat();
}
