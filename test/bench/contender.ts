/** Whose time is measured: Cordon, the engine's own calls over the socket, the docker CLI, the Dev Containers CLI. */
export type ContenderName = 'cordon' | 'raw' | 'docker' | 'devcontainer';

/** The steps in the life of one container, in their order. */
export const steps = ['create', 'exec', 'restart', 'stop', 'remove'] as const;
export type Step = (typeof steps)[number];

/** One way of bringing the same container to life and to its end. Every step is timed as a whole. */
export interface Contender extends Readonly<Record<Step, () => Promise<void>>> {
  readonly name: ContenderName;
}

/** What `exec` runs, and what it has to print. */
export const command = ['echo', 'hello'];

/** Throws unless a command printed what it was to print: a fast answer that is wrong counts for nothing. */
export function requireHello(stdout: string): void {
  if (stdout.trim() !== 'hello') throw new Error(`echo printed ${JSON.stringify(stdout)}`);
}
