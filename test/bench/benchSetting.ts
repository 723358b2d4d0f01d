import { probeEngine } from '../../src/docker/engineProbe.ts';
import { openClient } from '../../src/docker/engineClient.ts';
import type { EngineFacts } from '../../src/docker/engineFacts.ts';
import type { EngineInfo } from '../../src/workspaces/containerEngine.ts';
import { labels } from '../../src/isolation/labels.ts';
import { profiles } from '../../src/isolation/profiles.ts';

/** What all benchmarks of one run share. */
export interface BenchSetting {
  readonly socketPath: string;
  /** The name of every workspace of this run, and of nothing else in the engine. */
  readonly name: string;
  /** The folder that is mounted, an absolute path. */
  readonly folder: string;
  readonly image: string;
  /** How often each pair is measured. */
  readonly runs: number;
  /** Aborted when the run is to end early. */
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** What every container of a benchmark is allowed. */
export const benchLimits = { ...profiles.standard.limits, cpus: 1, memoryMiB: 256, pids: 128, tmpMiB: 16 };

/** On everything that a run makes in the engine, whoever makes it: what cleaning up and the last check go by. */
export function runLabel(name: string): string {
  return `${labels.workspaceName}=${name}`;
}

/** Facts of the engine, as Cordon finds them out when it connects. */
export async function engineFacts(
  socketPath: string,
  signal: AbortSignal,
): Promise<EngineFacts & { readonly info: EngineInfo }> {
  const candidate = {
    endpoint: `unix://${socketPath}`,
    chosenBecause: 'the benchmark',
    isExplicit: true,
    target: { kind: 'socket', path: socketPath },
  } as const;
  const client = await openClient(candidate);
  try {
    return await probeEngine(client, candidate, signal);
  } finally {
    client.dispose();
  }
}
