import * as z from 'zod/mini';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, unlessGone } from './engineErrors.ts';

const answer = z.object({
  Running: z.boolean(),
  Pid: z.nullish(z.number()),
  ExitCode: z.nullish(z.number()),
  ProcessConfig: z.nullish(z.object({ privileged: z.nullish(z.boolean()), user: z.nullish(z.string()) })),
});

/** A process that was started in a container, as the engine has it. */
export interface ExecFacts {
  readonly running: boolean;
  /** 0 for one that has not started yet. */
  readonly pid: number;
  /** Missing as long as it runs. */
  readonly exitCode: number | undefined;
  readonly privileged: boolean;
  /** Who it runs as; empty for whoever the container runs as. */
  readonly user: string;
}

/** Asks for a process; `undefined` for one that the engine does not know any more. */
export async function inspectExec(
  api: Pick<EngineApi, 'json'>,
  execId: string,
): Promise<ExecFacts | undefined> {
  const found = await api.json({ method: 'GET', path: ['exec', execId, 'json'] }).catch(unlessGone);
  if (found === undefined) return undefined;
  const parsed = answer.safeParse(found);
  if (!parsed.success) throw answerNotUnderstood('exec', parsed.error);
  const { Running, Pid, ExitCode, ProcessConfig } = parsed.data;
  return {
    running: Running,
    pid: Pid ?? 0,
    exitCode: ExitCode ?? undefined,
    privileged: ProcessConfig?.privileged === true,
    user: ProcessConfig?.user ?? '',
  };
}
