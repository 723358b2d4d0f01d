/**
 * What keeps a container alive. `shell`: a shell that runs what it is told first, and then sleeps; `sleep`: our own sleep,
 * where the image has no shell; `image`: the image's own command, where it has neither.
 */
export type MainProcess = 'shell' | 'sleep' | 'image';

const shell = '/bin/sh';
const sleep = ['sleep', '2147483647'] as const;

/** The words of the main process; none for the image's own. A shell waits at its standard input for what it is told. */
export function mainCommand(mainProcess: MainProcess): readonly string[] | undefined {
  if (mainProcess === 'image') return undefined;
  return mainProcess === 'shell' ? [shell] : sleep;
}

/** Whether a main process with these words waits for what it is told. */
export function isTold(command: readonly string[] | undefined): boolean {
  return command?.length === 1 && command[0] === shell;
}

/** What a waiting main process is told: to run a command, which gets no standard input, and to sleep from then on. */
export function toldFirst(command: readonly string[]): string {
  // A path of the workspace's own need not lead to `sleep`.
  return `${command.map(quoted).join(' ')} </dev/null\nPATH="$PATH:/usr/bin:/bin"\nexec ${sleep.join(' ')}\n`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
