import { posix } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { workspaceFolder } from '../../isolation/imageVolumes.ts';
import { CordonError } from '../../shared/errors.ts';
import { pathsInside } from '../../workspaces/inside/pathsInside.ts';
import type { SessionRequest } from '../../workspaces/session.ts';

const mostCharacters = 100_000;
const text = z.string().check(
  z.maxLength(mostCharacters),
  z.refine((value) => !value.includes('\0')),
);

/** A task of type `cordon`, as `tasks.json` has it. */
const schema = z.object({
  command: text.check(z.minLength(1)),
  args: z.optional(z.array(text).check(z.maxLength(1000))),
  cwd: z.optional(text),
  env: z.optional(z.record(z.string().check(z.regex(/^[A-Za-z_]\w*$/)), text)),
  workspace: z.optional(text.check(z.minLength(1))),
});

export type CordonTask = z.infer<typeof schema>;

/** Reads what somebody wrote into `tasks.json`. Rejects with `invalidRequest` what cannot be meant. */
export function parseTask(definition: unknown): CordonTask {
  const parsed = schema.safeParse(definition);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new CordonError(
    'invalidRequest',
    vscode.l10n.t('The task cannot be run: its "{0}" is missing or not of the right kind.', field),
    parsed.error,
  );
}

/**
 * What is run for it in the container. A command with arguments is a program, one without is a line for the shell. Paths
 * of the folder on this machine, which VS Code puts in the place of variables, become those of the container.
 */
export function requestOfTask(
  { command, args, cwd = '', env = {} }: CordonTask,
  folder: string,
): Pick<SessionRequest, 'command' | 'cwd' | 'env'> {
  const inside = (value: string) => pathsInside(value, folder);
  return {
    command: args?.length ? [command, ...args].map(inside) : ['sh', '-c', inside(command)],
    cwd: posix.resolve(workspaceFolder, inside(cwd)),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inside(value)])),
  };
}
