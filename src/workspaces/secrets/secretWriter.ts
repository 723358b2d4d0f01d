import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { secretsFolder } from '../../isolation/secretsPlace.ts';
import { CordonError, hasCode, toCordonError } from '../../shared/errors.ts';
import type { ContainerProcess, EngineProcesses } from '../engineProcesses.ts';
import { commandWith, variablesText, writeCommand, writeEnds, writeInput } from './secretScripts.ts';

type Engine = Pick<EngineProcesses, 'startProcess'>;
type Files = readonly { readonly name: string; readonly value: string }[];

/** Exit codes of commands that could not be begun. */
const notBegun: readonly number[] = [126, 127];

/** A megabyte takes a shell three seconds; one that takes much longer was made to. */
const longestWriteMs = 20_000;

/** Makes these files, and nothing else, what is in `/run/secrets` of a running container. */
export async function writeSecretFiles(
  engine: Engine,
  containerId: string,
  files: Files,
  signal?: AbortSignal,
): Promise<void> {
  await write(engine, containerId, files, 'all', signal);
}

/**
 * Starts a command with variables in its environment that neither the engine nor a command line ever shows: they are
 * left in a file that the command reads and removes before it becomes what was asked for.
 */
export async function startWithVariables<T extends Pick<ContainerProcess, 'exitCode'>>(
  engine: Engine,
  containerId: string,
  { variables, command }: { readonly variables: Files; readonly command: readonly string[] },
  start: (command: readonly string[]) => Promise<T>,
): Promise<T> {
  const name = `.for-${crypto.randomUUID()}`;
  await write(engine, containerId, [{ name, value: variablesText(variables) }], 'one');
  const remove = () => removeFile(engine, containerId, name).catch(() => undefined);
  try {
    const process = await start(commandWith(name, command));
    // What was never begun has not read it.
    process.exitCode.then((code) => (notBegun.includes(code) ? remove() : undefined), remove);
    return process;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function removeFile(engine: Engine, containerId: string, name: string): Promise<void> {
  const command = ['rm', '-f', '--', `${secretsFolder}/${name}`];
  const process = await engine.startProcess({ containerId, command, cwd: '/', env: {}, stdin: false });
  process.stdout.resume();
  process.stderr.resume();
}

async function write(
  engine: Engine,
  containerId: string,
  files: Files,
  extent: 'all' | 'one',
  signal?: AbortSignal,
): Promise<void> {
  let process: ContainerProcess | undefined;
  const run = async () => {
    process = await engine.startProcess({
      containerId,
      command: writeCommand(crypto.randomUUID(), extent),
      cwd: '/',
      env: {},
      stdin: true,
    });
    process.stdin.on('error', () => undefined);
    process.stdin.end(writeInput(files));
    // What the container says to secrets goes nowhere: it may be the secrets.
    process.stdout.resume();
    process.stderr.resume();
    return await process.exitCode;
  };
  let exitCode: number;
  try {
    exitCode = await pTimeout(run(), { milliseconds: longestWriteMs, ...(signal && { signal }) });
  } catch (error) {
    // The engine's word for a program that the image does not have.
    if (hasCode(error, 'invalidRequest')) throw new CordonError('engineFailed', notWritten(noShell()), error);
    throw toCordonError(error, 'engineFailed', notWritten(l10n.t('it took too long')));
  } finally {
    process?.close();
  }
  if (exitCode !== writeEnds.done) throw new CordonError('engineFailed', notWritten(reasonOf(exitCode)));
}

function notWritten(reason: string): string {
  return l10n.t('The secrets could not be written into the container: {0}.', reason);
}

function reasonOf(exitCode: number): string {
  switch (exitCode) {
    case writeEnds.noPlace:
      return l10n.t('its /run/secrets is missing or is no place in memory; restart the workspace');
    case writeEnds.notCleared:
      return l10n.t('something in its /run/secrets cannot be removed; restart the workspace');
    case writeEnds.notWritten:
      return l10n.t('its /run/secrets is full; restart the workspace');
    case writeEnds.noPrintf:
    case 126:
    case 127:
      return noShell();
    default:
      return l10n.t('its shell gave the exit code {0}', exitCode);
  }
}

function noShell(): string {
  return l10n.t('the image has no usable shell');
}
