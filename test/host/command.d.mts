/** Whether and where a program can be found on the PATH. */
export function findProgram(name: string): string | undefined;
