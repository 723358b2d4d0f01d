import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import type { EgressPolicy } from '../../isolation/egress/egressPolicy.ts';
import { learningConfiguration } from '../../isolation/egress/proxyPlan.ts';
import { proxyReloadForWhile, proxyWhileLine } from '../../isolation/egress/proxyProgram.ts';
import { beginOf } from '../../shared/beginOf.ts';
import { CordonError } from '../../shared/errors.ts';
import type { ContainerProcess, EngineProcesses } from '../engineProcesses.ts';
import { keptCharacters, longestChangeMs, rulesNotTaken, startInProxy } from './reloadRules.ts';

/**
 * A proxy that lets everything out that no rule denies, for as long as a process in its container has an open input: it
 * ends by itself with whoever holds that, be it killed, and after half an hour.
 */
export class EveryName {
  /** Settles when it is over, whyever; with false where nobody knows what the proxy lets through now. */
  readonly over: Promise<boolean>;
  private readonly process: ContainerProcess;

  private constructor(process: ContainerProcess) {
    this.process = process;
    this.over = process.exitCode.then(
      (code) => code === 0,
      () => false,
    );
  }

  /** Rejects with `engineFailed` where the proxy does not take it: then nobody knows what it lets through. */
  static async begin(
    engine: Pick<EngineProcesses, 'startProcess'>,
    containerId: string,
    policy: EgressPolicy,
    hostAddresses: readonly string[],
  ): Promise<EveryName> {
    const process = await startInProxy(engine, containerId, proxyReloadForWhile());
    process.stdin.write(learningConfiguration(policy, hostAddresses));
    const said = beginOf(process.stderr, keptCharacters);
    const inForce = async () => {
      if (!(await untilLine(process, proxyWhileLine)))
        throw rulesNotTaken(await said, await process.exitCode);
    };
    try {
      await pTimeout(inForce(), {
        milliseconds: longestChangeMs,
        message: new CordonError('engineFailed', l10n.t('The proxy did not take its rules in time.')),
      });
      return new EveryName(process);
    } catch (error) {
      process.stdin.end();
      process.close();
      throw error;
    }
  }

  /** Has the rules in force again. Gives false where nobody knows whether they are. */
  async end(): Promise<boolean> {
    this.process.stdin.end();
    const isOver = await pTimeout(this.over, { milliseconds: longestChangeMs, fallback: () => false });
    this.process.close();
    return isOver;
  }
}

/** False where the process ends without having printed it. */
async function untilLine({ stdout }: ContainerProcess, line: string): Promise<boolean> {
  return await new Promise((resolve) => {
    let text = '';
    stdout.on('data', (chunk: Buffer) => {
      if (text.length < keptCharacters) text += chunk.toString('latin1');
      if (text.includes(`${line}\n`)) resolve(true);
    });
    stdout.once('close', () => {
      resolve(false);
    });
  });
}
