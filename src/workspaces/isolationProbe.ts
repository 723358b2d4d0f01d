import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import type { ProbeOutcome } from '../isolation/probe/insideAudit.ts';
import { toldFirst } from '../isolation/mainProcess.ts';
import { answersOf } from '../isolation/probe/networkChecks.ts';
import { longestAnswerBytes, parseProbeAnswer, type ProbeAnswer } from '../isolation/probe/probeAnswer.ts';
import { probeCommand, type ProbePlan } from '../isolation/probe/probeScript.ts';
import { hasCode } from '../shared/errors.ts';
import type { EngineProcesses } from './engineProcesses.ts';

/** An ordinary probe needs a tenth of this; one that takes longer tells nothing. */
const longestProbeMs = 1500;

/** Waiting before each further look at what can pass by itself, in milliseconds. What does not is there at the last one, too. */
const furtherLooksAfterMs = [30, 60, 120, 240, 500, 1000, 1000];

/** Begins to run the command of the probe in a container. */
export type ProbeStart = (command: readonly string[]) => Promise<RunningProbe>;

interface RunningProbe {
  readonly stdout: Readable;
  /** Missing where nobody can tell it. */
  readonly exitCode?: Promise<number>;
  close(): void;
}

/** Runs the probe beside whatever runs in the container. */
export function asCommand(engine: Pick<EngineProcesses, 'startProcess'>, containerId: string): ProbeStart {
  return async (command) => {
    const process = await engine.startProcess({ containerId, command, cwd: '/', env: {}, stdin: false });
    process.stderr.resume();
    return process;
  };
}

/** Has the main process run the probe before it does anything else, which saves an engine most of the work. */
export function byMainProcess(
  engine: Pick<EngineProcesses, 'attachMainProcess'>,
  containerId: string,
): ProbeStart {
  return async (command) => {
    const main = await engine.attachMainProcess(containerId);
    main.stdin.write(toldFirst(command));
    return main;
  };
}

/**
 * Looks at a running container from inside, and again while it sees what can pass by itself. Only a look at all that was
 * to be tried takes back what an earlier one saw. Never rejects.
 */
export async function probeInside(
  looks: { readonly first: ProbeStart; readonly further: ProbeStart },
  plan: ProbePlan,
  canPass: (answer: ProbeAnswer) => boolean,
  waitsMs: readonly number[] = furtherLooksAfterMs,
): Promise<ProbeOutcome> {
  let known = await lookInside(looks.first, plan);
  for (const waitMs of waitsMs) {
    if (!('answer' in known) || !canPass(known.answer)) break;
    await delay(waitMs);
    const next = await lookInside(looks.further, plan);
    if ('answer' in next && answersOf(plan.targets, next.answer.reached).isWhole) known = next;
  }
  return known;
}

/** What cannot be looked at has a reason instead of an answer. */
async function lookInside(start: ProbeStart, plan: ProbePlan): Promise<ProbeOutcome> {
  let probe: RunningProbe | undefined;
  let isOver = false;
  const look = async (): Promise<ProbeOutcome> => {
    probe = await start(probeCommand(plan));
    if (isOver) {
      probe.close();
      return { reason: '' };
    }
    const text = await readAnswer(probe.stdout);
    if (text === undefined) return { reason: l10n.t('the probe printed too much') };
    const answer = parseProbeAnswer(text);
    if (answer) return { answer };
    // Only now, since the exit code costs another call: an engine tells of a missing program by it.
    const exitCode = await probe.exitCode;
    return {
      reason:
        exitCode === 126 || exitCode === 127
          ? noShell()
          : l10n.t('the answer of the probe was not understood'),
    };
  };
  try {
    return await pTimeout(look().catch(reasonOf), {
      milliseconds: longestProbeMs,
      fallback: () => ({ reason: l10n.t('the probe took longer than {0} s', longestProbeMs / 1000) }),
    });
  } finally {
    isOver = true;
    probe?.close();
  }
}

function reasonOf(error: unknown): ProbeOutcome {
  return { reason: hasCode(error, 'invalidRequest') ? noShell() : l10n.t('the probe could not be run') };
}

function noShell(): string {
  return l10n.t('the image has no shell to look with');
}

/**
 * Up to the line that ends an answer, or else to the end of the output: a try to connect may still hold that open.
 * `undefined` for more than any probe prints.
 */
async function readAnswer(stream: Readable): Promise<string | undefined> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > longestAnswerBytes) return undefined;
    if (text.endsWith('\nend\n')) break;
  }
  return text;
}
