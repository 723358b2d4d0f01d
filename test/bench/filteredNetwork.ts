import { squidImage, ensureImages } from '../host/images.mjs';
import { connectTo } from '../support/engine.ts';
import { startProxyBench, type ProxyBench } from '../support/internet/proxyBench.ts';
import { internetAddresses } from '../support/internet/testInternet.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import { measureBodies } from './filteredBodies.ts';
import { measureChanges } from './filteredChanges.ts';
import { timed, type Measurement } from './measurement.ts';

const [address] = internetAddresses;
const known = 'a.example.test';

/**
 * Filtered networks: a create beside one with the network `isolated`; a request through the proxy beside the same without
 * it, between the same client and server; a change of rules until it is in force; large bodies; and the memory of a proxy.
 */
export async function measureFilteredNetwork(setting: BenchSetting): Promise<readonly Measurement[]> {
  const creates = await measureCreates(setting);
  const bench = await startProxyBench({ [known]: { answers: [[address]] } }, { allow: [known] });
  try {
    return [
      creates,
      // before anything is asked of it
      await measureMemory(setting, bench),
      await measureProxy(setting, bench),
      ...(await measureChanges(setting, bench)),
      ...(await measureBodies(setting, bench, known)),
    ];
  } finally {
    await bench.dispose();
  }
}

async function measureCreates({
  socketPath,
  image,
  name,
  folder,
  runs,
  signal,
}: BenchSetting): Promise<Measurement> {
  await ensureImages({ socketPath, wanted: [squidImage] });
  const connection = connectTo(`unix://${socketPath}`);
  const core = workspacesOnEngine(connection);
  const { service } = core;
  const create = async (network: 'filtered' | 'isolated') => {
    const made = { name, folder, image, network, limits: benchLimits };
    let id = '';
    const tookMs = await timed(async () => ({ id } = await service.create(made, { signal })));
    await service.remove(id, { signal });
    return tookMs;
  };
  const samples = { cordon: [] as number[], raw: [] as number[] };
  try {
    for (let run = -1; run < runs; run++) {
      signal.throwIfAborted();
      const [raw, cordon] = [await create('isolated'), await create('filtered')];
      if (run < 0) continue;
      samples.raw.push(raw);
      samples.cordon.push(cordon);
    }
  } finally {
    await core.settled();
    core.dispose();
    connection.dispose();
  }
  return { measure: 'filtered: create (raw: isolated)', samples, target: { of: 'ratio', atMost: 1.6 } };
}

async function measureMemory({ runs, signal }: BenchSetting, { proxy }: ProxyBench): Promise<Measurement> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    signal.throwIfAborted();
    samples.push(await proxy.memoryMiB());
  }
  return {
    measure: 'filtered: memory of an idle proxy (MiB)',
    samples: { cordon: samples },
    target: { of: 'median', atMost: 40, unit: 'MiB' },
  };
}

async function measureProxy({ runs, signal }: BenchSetting, bench: ProxyBench): Promise<Measurement> {
  const { internet, proxy } = bench;
  const flood = async (at: { host: string; port: number }) =>
    (await internet.flood({ ...at, url: `http://${known}/`, connections: 1, seconds: 0.5 })).medianMs;
  const direct = { host: address, port: 80 };
  const samples = { cordon: [] as number[], raw: [] as number[] };
  for (let run = -1; run < runs; run++) {
    signal.throwIfAborted();
    const [raw, cordon] = [await flood(direct), await flood(proxy.at)];
    if (run < 0) continue;
    samples.raw.push(raw);
    samples.cordon.push(cordon);
  }
  return { measure: 'filtered: request (raw: without a proxy)', samples, target: { of: 'added', atMost: 2 } };
}
