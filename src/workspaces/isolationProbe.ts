import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import type { ProbeOutcome } from '../isolation/probe/insideAudit.ts';
import { answersOf } from '../isolation/probe/networkChecks.ts';
import { longestAnswerBytes, parseProbeAnswer } from '../isolation/probe/probeAnswer.ts';
import { probeCommand, type ProbePlan } from '../isolation/probe/probeScript.ts';
import { hasCode } from '../shared/errors.ts';
import type { ContainerProcess, EngineProcesses } from './engineProcesses.ts';

/** An ordinary probe needs a tenth of this; one that takes longer tells nothing. */
const longestProbeMs = 1500;

/**
 * Waiting before each further look at a network that answered, in milliseconds. Docker Engine takes the jump to the
 * rules that keep its bridges apart out and puts it in again whenever anybody makes a network (`-D` and `-I` of
 * `FORWARD -j DOCKER-ISOLATION-STAGE-1`): for up to 25 ms, measured with 20.10, and longer under load, every bridge
 * reaches every other one. A network that is not kept apart answers at the last look, too.
 */
const furtherLooksAfterMs = [30, 60, 120, 240, 500, 1000, 1000];

/**
 * Looks at a running container from inside, and again where something answered that other networks hold. Only a look at
 * all of them takes back what an earlier one saw. Never rejects.
 */
export async function probeNetworkInside(
  engine: EngineProcesses,
  containerId: string,
  plan: ProbePlan,
  waitsMs: readonly number[] = furtherLooksAfterMs,
): Promise<ProbeOutcome> {
  let known = await probeInside(engine, containerId, plan);
  for (const waitMs of waitsMs) {
    if (!('answer' in known) || answersOf(plan.targets, known.answer.reached).answered.length === 0) break;
    await delay(waitMs);
    const next = await probeInside(engine, containerId, plan);
    if ('answer' in next && answersOf(plan.targets, next.answer.reached).isWhole) known = next;
  }
  return known;
}

/** Looks at a running container from inside. Never rejects: what cannot be looked at has a reason instead of an answer. */
export async function probeInside(
  engine: EngineProcesses,
  containerId: string,
  plan: ProbePlan,
): Promise<ProbeOutcome> {
  let process: ContainerProcess | undefined;
  let isOver = false;
  const look = async (): Promise<ProbeOutcome> => {
    const command = probeCommand(plan);
    process = await engine.startProcess({ containerId, command, cwd: '/', env: {}, stdin: false });
    if (isOver) {
      process.close();
      return { reason: '' };
    }
    process.stderr.resume();
    const text = await readAnswer(process.stdout);
    if (text === undefined) return { reason: l10n.t('the probe printed too much') };
    const answer = parseProbeAnswer(text);
    if (answer) return { answer };
    // Only now, since the exit code costs another call: an engine tells of a missing program by it.
    const exitCode = await process.exitCode;
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
    process?.close();
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
