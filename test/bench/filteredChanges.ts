import { setTimeout as delay } from 'node:timers/promises';
import { letThroughStatus } from '../../src/isolation/egress/letThroughStatus.ts';
import { Emitter } from '../../src/shared/event.ts';
import { debianImage, ensureImages, squidImage } from '../host/images.mjs';
import { connectTo } from '../support/engine.ts';
import type { ProxyBench } from '../support/internet/proxyBench.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';

const asked = 'asked.example.test';
/** Until whoever asks in the workspace does so. */
const beginMs = 300;

/**
 * A change of rules, from when settings or a person say it until the proxy of a workspace that runs keeps to it, as is seen
 * inside. Its folder is open in no window.
 */
export async function measureChanges(
  { folder, name, runs, signal }: BenchSetting,
  { engine: { socketPath } }: Pick<ProxyBench, 'engine'>,
): Promise<readonly Measurement[]> {
  await ensureImages({ socketPath, wanted: [debianImage, squidImage] });
  const connection = connectTo(`unix://${socketPath}`);
  const changed = new Emitter<unknown>();
  const settings = { presets: [], allow: [], deny: [] as readonly string[], proxyImage: squidImage };
  const core = workspacesOnEngine(connection, undefined, {
    egress: () => settings,
    onDidChangeEgress: changed.event,
    isOpenHere: () => false,
  });
  const { service } = core;
  const rules = (deny: readonly string[]) => ({ egress: { allow: [asked], deny } });
  try {
    const made = { name, folder, image: debianImage, network: 'filtered', limits: benchLimits } as const;
    const { id } = await service.create({ ...made, ...rules([]) }, { signal });
    const inForceAfter = async (status: number, change: () => Promise<unknown>) => {
      const question = `curl -so /dev/null -w '%{http_code}' -X TRACE -H 'Max-Forwards: 0' http://${asked}/`;
      const untilThen = `until [ "$(${question})" = ${status} ]; do :; done`;
      const seen = service.exec(id, ['sh', '-c', untilThen], { signal });
      await delay(beginMs);
      return await timed(async () => {
        await Promise.all([change(), seen]);
      });
    };
    const settingsDeny = (deny: readonly string[]) => {
      settings.deny = deny;
      changed.fire(undefined);
      return Promise.resolve();
    };
    const recordDenies = (deny: readonly string[]) => service.update(id, rules(deny), { signal });
    const measured: Measurement[] = [];
    for (const [by, deny] of [
      ['settings', settingsDeny],
      ['a workspace', recordDenies],
    ] as const) {
      const samples: number[] = [];
      for (let run = -1; run < runs; run++) {
        signal.throwIfAborted();
        const tookMs = await inForceAfter(403, () => deny([asked]));
        await inForceAfter(letThroughStatus, () => deny([]));
        if (run >= 0) samples.push(tookMs);
      }
      measured.push({
        measure: `filtered: a name denied by ${by}, until it is`,
        samples: { cordon: samples },
        target: { of: 'median', atMost: 1000 },
      });
    }
    return measured;
  } finally {
    for (const { id } of service.list()) await service.remove(id);
    await core.settled();
    core.dispose();
    connection.dispose();
  }
}
