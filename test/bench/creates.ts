import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineFacts } from '../../src/docker/engineFacts.ts';
import { connectTo } from '../support/engine.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, engineFacts, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { RawEngine } from './rawEngine.ts';
import { rawOptions } from './rawOptions.ts';

const atOnce = 50;
const rounds = 5;

/**
 * Many workspaces asked for at the same moment, each with a folder of its own and its isolation checked. Beside it the calls
 * alone that make and start as many containers, which check nothing.
 */
export async function measureCreates(setting: BenchSetting): Promise<readonly Measurement[]> {
  const facts = await engineFacts(setting.socketPath, setting.signal);
  const connection = connectTo(`unix://${setting.socketPath}`);
  const workspaces = workspacesOnEngine(connection);
  const raw = new RawEngine(setting.socketPath, facts.info.apiVersion);
  const folders = Array.from({ length: atOnce }, (_, index) => join(setting.folder, `at-once-${index}`));
  const samples = { cordon: [] as number[], raw: [] as number[] };
  const turns = {
    cordon: () => createByCordon(workspaces.service, setting, folders),
    raw: () => createRaw(raw, setting, facts, folders),
  };
  try {
    for (const folder of folders) await mkdir(folder);
    for (let round = 0; round < rounds; round++) {
      const order = ['cordon', 'raw'] as const;
      for (const name of round % 2 === 0 ? order : order.toReversed()) {
        setting.signal.throwIfAborted();
        const { tookMs, undo } = await turns[name]();
        samples[name].push(tookMs);
        setting.say(`  ${atOnce} at once, ${name}: ${(tookMs / 1000).toFixed(1)} s`);
        await undo();
      }
    }
    return [{ measure: `${atOnce} creates at once`, samples, target: { of: 'ratio', atMost: 1.2 } }];
  } finally {
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
    raw.dispose();
  }
}

interface Created {
  readonly tookMs: number;
  readonly undo: () => Promise<void>;
}

async function createByCordon(
  service: ReturnType<typeof workspacesOnEngine>['service'],
  { name, image, signal }: BenchSetting,
  folders: readonly string[],
): Promise<Created> {
  let outcomes: PromiseSettledResult<{ readonly id: string }>[] = [];
  const tookMs = await timed(async () => {
    outcomes = await Promise.allSettled(
      folders.map((folder) => service.create({ name, folder, image, limits: benchLimits }, { signal })),
    );
  });
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  if (failures.length > 0)
    throw new Error(
      `${failures.length} of ${outcomes.length} failed, the first with: ${String(failures[0])}`,
    );
  return {
    tookMs,
    undo: async () => {
      for (const { id } of service.list()) await service.remove(id, { signal });
    },
  };
}

/** Each with a subnet of its own, since an engine that chooses has none left after thirty. */
async function createRaw(
  raw: RawEngine,
  setting: BenchSetting,
  facts: EngineFacts,
  folders: readonly string[],
): Promise<Created> {
  const made: { readonly network: string; readonly container: string }[] = [];
  const tookMs = await timed(() =>
    Promise.all(
      folders.map(async (folder, index) => {
        const options = rawOptions({ ...setting, folder }, facts);
        const IPAM = { Config: [{ Subnet: `10.214.${index}.0/28` }] };
        const network = await raw.make('/networks/create', { ...options.network, IPAM });
        const container = await raw.make(
          `/containers/create?name=${options.name}`,
          options.container(network),
        );
        made.push({ network, container });
        await raw.call('POST', `/containers/${container}/start`);
      }),
    ),
  );
  return {
    tookMs,
    undo: async () => {
      for (const { network, container } of made) {
        await raw.call('DELETE', `/containers/${container}?force=1&v=1`);
        await raw.call('DELETE', `/networks/${network}`);
      }
    },
  };
}
