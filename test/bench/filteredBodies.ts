import assert from 'node:assert/strict';
import { debianImage, ensureImages, squidImage } from '../host/images.mjs';
import { connectTo } from '../support/engine.ts';
import type { ProxyBench } from '../support/internet/proxyBench.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import type { Measurement } from './measurement.ts';

const mebibytes = 64;
const schemes = { https: 'with TLS', http: 'without TLS' } as const;

/**
 * A large body as `curl` gets it in a workspace whose network is `filtered`, beside the same in one whose network is
 * `open`. `known` is a name in the internet of the bench.
 */
export async function measureBodies(
  { folder, name, runs, signal }: BenchSetting,
  { engine: { socketPath } }: Pick<ProxyBench, 'engine'>,
  known: string,
): Promise<readonly Measurement[]> {
  await ensureImages({ socketPath, wanted: [debianImage, squidImage] });
  const connection = connectTo(`unix://${socketPath}`);
  const egress = () => ({ presets: [], allow: [known], deny: [], proxyImage: squidImage });
  const core = workspacesOnEngine(connection, undefined, { egress });
  const { service } = core;
  const create = (network: 'filtered' | 'open') =>
    service.create(
      { name: `${name} ${network}`, folder, image: debianImage, network, limits: benchLimits },
      { signal },
    );
  const get = async (id: string, scheme: keyof typeof schemes) => {
    const bytes = mebibytes * 2 ** 20;
    const url = `${scheme}://${known}/bytes/${bytes}`;
    // the certificate is nobody's; curl tells how long it took from its own start
    const command = ['curl', '-ksS', '-o', '/dev/null', '-w', '%{size_download} %{time_total}', url];
    const { stdout, stderr } = await service.exec(id, command, { signal });
    const [size, seconds] = stdout.split(' ').map(Number);
    assert.equal(size, bytes, stdout + stderr);
    return (seconds ?? NaN) * 1000;
  };
  try {
    const [direct, filtered] = [await create('open'), await create('filtered')];
    const measured: Measurement[] = [];
    for (const [scheme, title] of Object.entries(schemes) as [keyof typeof schemes, string][]) {
      const samples = { cordon: [] as number[], raw: [] as number[] };
      for (let run = -1; run < runs; run++) {
        signal.throwIfAborted();
        const [raw, cordon] = [await get(direct.id, scheme), await get(filtered.id, scheme)];
        if (run < 0) continue;
        samples.raw.push(raw);
        samples.cordon.push(cordon);
      }
      measured.push({
        measure: `filtered: ${mebibytes} MiB ${title} (raw: from an open network)`,
        samples,
        target: { of: 'ratio', atMost: 2 },
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
