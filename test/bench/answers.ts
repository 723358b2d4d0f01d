import assert from 'node:assert/strict';
import { join } from 'node:path';
import { connectTo } from '../support/engine.ts';
import { seededStorage } from '../support/seededStorage.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';

const knownWorkspaces = 200;
const times = 100;
const target = { of: 'median', atMost: 5 } as const;

/** What the service answers where there is no engine at all. */
export async function measureAnswers(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { folder, image } = setting;
  const storage = await seededStorage(knownWorkspaces, setting);
  const connection = connectTo(`unix://${join(folder, 'no-engine.sock')}`);
  const workspaces = workspacesOnEngine(connection, storage);
  const { service } = workspaces;
  let count = 0;
  const request = () => ({ name: `new ${count++}`, folder, image, limits: benchLimits, start: false });
  const known = service.list();
  const next = () => known[count++ % known.length]?.id ?? '';
  // Those that add to the list come last, so that it holds 200 for the others.
  const questions: Record<string, () => unknown> = {
    list: () => {
      assert.equal(service.list().length, knownWorkspaces);
    },
    get: () => {
      assert.ok(service.get(next()));
    },
    'refuse a bad name': () => assert.rejects(service.create({ ...request(), name: '' })),
    'refuse a system folder': () => assert.rejects(service.create({ ...request(), folder: '/etc' })),
    'refuse exec, nothing runs': () => assert.rejects(service.exec(next(), ['true'])),
    'refuse start, no engine': () => assert.rejects(service.start(next())),
    'create, not started': () => service.create(request()),
  };
  try {
    const measurements: Measurement[] = [];
    for (const [question, ask] of Object.entries(questions)) {
      setting.signal.throwIfAborted();
      await ask();
      const cordon: number[] = [];
      for (let time = 0; time < times; time++) cordon.push(await timed(ask));
      measurements.push({
        measure: `no engine, ${knownWorkspaces} known: ${question}`,
        samples: { cordon },
        target,
      });
    }
    return measurements;
  } finally {
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
  }
}
