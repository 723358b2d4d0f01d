import { engineName } from '../../src/isolation/engineNames.ts';
import { labels } from '../../src/isolation/labels.ts';
import { storageKeys } from '../../src/workspaces/recordStorage.ts';
import type { WorkspaceRecord } from '../../src/workspaces/workspaceRecord.ts';
import { connectTo } from '../support/engine.ts';
import { seededStorage } from '../support/seededStorage.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { engineFacts, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { RawEngine } from './rawEngine.ts';

const knownWorkspaces = 100;

/** Records and engine are made to agree, with a container for each record; beside it the three lists that this takes. */
export async function measureReconcile(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { info } = await engineFacts(setting.socketPath, setting.signal);
  const raw = new RawEngine(setting.socketPath, info.apiVersion);
  const storage = await seededStorage(knownWorkspaces, setting);
  const { workspaces: records } = storage.read(storageKeys.workspaces) as { workspaces: WorkspaceRecord[] };
  const connection = connectTo(`unix://${setting.socketPath}`);
  const workspaces = workspacesOnEngine(connection, storage);
  try {
    for (const { id, name } of records) {
      setting.signal.throwIfAborted();
      await raw.make(`/containers/create?name=${engineName(name, id)}`, {
        Image: setting.image,
        Cmd: ['sleep', '1'],
        HostConfig: { NetworkMode: 'none' },
        Labels: { [labels.managed]: 'true', [labels.workspaceId]: id, [labels.workspaceName]: setting.name },
      });
    }
    const filters = encodeURIComponent(JSON.stringify({ label: [`${labels.managed}=true`] }));
    const lists = ['containers/json?all=true&', 'networks?', 'volumes?'];
    const samples = { cordon: [] as number[], raw: [] as number[] };
    for (let run = -2; run < setting.runs; run++) {
      setting.signal.throwIfAborted();
      const cordon = await timed(() => workspaces.reconcile());
      const listed = await timed(() =>
        Promise.all(lists.map((list) => raw.call('GET', `/${list}filters=${filters}`))),
      );
      if (run < 0) continue;
      samples.cordon.push(cordon);
      samples.raw.push(listed);
    }
    const states = new Set(workspaces.service.list().map(({ container }) => container.kind));
    if ([...states].join() !== 'stopped') throw new Error(`After it they are ${[...states].join(', ')}.`);
    return [
      {
        measure: `reconcile, ${knownWorkspaces} known`,
        samples,
        target: { of: 'max', atMost: 1000 },
      },
    ];
  } finally {
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
    raw.dispose();
  }
}
