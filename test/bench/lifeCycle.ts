import assert from 'node:assert/strict';
import { connectTo } from '../support/engine.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { engineFacts, type BenchSetting } from './benchSetting.ts';
import { steps, type Contender, type ContenderName, type Step } from './contender.ts';
import { cordonContender } from './cordonContender.ts';
import { median, timed, type Measurement, type Target } from './measurement.ts';
import { rawContender } from './rawContender.ts';
import { RawEngine } from './rawEngine.ts';
import { withTools, type Tools } from './withTools.ts';

/** Commands per life of a container. */
const execsPerRound = 6;
/** A dev container takes seconds: it takes part in every fifth round. */
const devcontainerEvery = 5;

const titles: Record<Step, string> = {
  create: 'create to ready',
  exec: 'exec',
  restart: 'restart',
  stop: 'stop',
  remove: 'remove',
};
const targets: Partial<Record<Step, Target>> = {
  // The isolation is checked within.
  create: { of: 'ratio', atMost: 1.15 },
  exec: { of: 'ratio', atMost: 1.2 },
};

type Samples = Record<Step, Partial<Record<ContenderName, number[]>>>;

/** Create, exec, restart, stop and remove: everybody does the same step before anybody does the next one. */
export async function measureLifeCycle(setting: BenchSetting, tools: Tools): Promise<readonly Measurement[]> {
  const facts = await engineFacts(setting.socketPath, setting.signal);
  const connection = connectTo(`unix://${setting.socketPath}`);
  const workspaces = workspacesOnEngine(connection);
  const raw = new RawEngine(setting.socketPath, facts.info.apiVersion);
  try {
    const cordon = cordonContender(setting, workspaces.service);
    const bare = rawContender(setting, raw, facts);
    const always = [cordon, bare, ...(await withTools(setting, tools, facts))];
    const samples: Samples = { create: {}, exec: {}, restart: {}, stop: {}, remove: {} };
    const reports: number[] = [];
    const afterCreate = async () => {
      await requireSameOptions(raw, cordon.containerId(), bare.containerId());
      reports.push(await timed(() => cordon.report()));
    };
    // The first round warms up: code is compiled, the image's files are read, what is learnt once is learnt.
    for (let round = -1; round < setting.runs; round++) {
      if (round >= 0 && round % 5 === 0) setting.say(`  round ${round + 1} of ${setting.runs}`);
      const present = always.filter(
        ({ name }) => name !== 'devcontainer' || Math.max(round, 0) % devcontainerEvery === 0,
      );
      await liveOnce(inTurn(present, round), round < 0 ? undefined : samples, setting.signal, afterCreate);
    }
    const measurements = steps.map((step) => ({
      measure: titles[step],
      samples: samples[step],
      ...(targets[step] && { target: targets[step] }),
    }));
    return [...measurements, reportMeasurement(reports.slice(1), samples.create.cordon ?? [])];
  } finally {
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
    raw.dispose();
  }
}

/** The check that every create ends with, asked for once more. The first one warms up, too. */
function reportMeasurement(reports: readonly number[], creates: readonly number[]): Measurement {
  const share = Math.round((median(reports) / median(creates)) * 100);
  return {
    measure: `isolation report (${share} % of create to ready)`,
    samples: { cordon: reports },
    target: { of: 'median', atMost: 500 },
  };
}

/** Every other round the other way round, so that going first is worth nothing. */
function inTurn(contenders: readonly Contender[], round: number): readonly Contender[] {
  return round % 2 === 0 ? contenders : contenders.toReversed();
}

async function liveOnce(
  contenders: readonly Contender[],
  samples: Samples | undefined,
  signal: AbortSignal,
  afterCreate: () => Promise<void>,
): Promise<void> {
  for (const step of steps) {
    for (let time = 0; time < (step === 'exec' ? execsPerRound : 1); time++)
      for (const contender of contenders) {
        signal.throwIfAborted();
        const tookMs = await timed(() => contender[step]());
        if (samples) (samples[step][contender.name] ??= []).push(tookMs);
      }
    if (step === 'create') await afterCreate();
  }
}

interface Inspected {
  readonly HostConfig: Record<string, unknown>;
  readonly Config: Record<string, unknown>;
  readonly State: { readonly Running: boolean };
}

/** A comparison is worth something only while both run and the engine was asked for the same. */
async function requireSameOptions(raw: RawEngine, one: string, other: string): Promise<void> {
  const [mine, bare] = (await Promise.all(
    [one, other].map((id) => raw.call('GET', `/containers/${id}/json`)),
  )) as [Inspected, Inspected];
  const comparable = ({ HostConfig, Config, State }: Inspected) => ({
    HostConfig: { ...HostConfig, NetworkMode: '' },
    Config: { ...Config, Labels: Object.keys(Config['Labels'] ?? {}).length, Env: [] },
    Running: State.Running,
  });
  assert.deepEqual(comparable(mine), comparable(bare), 'Cordon and raw did not ask for the same container');
}
