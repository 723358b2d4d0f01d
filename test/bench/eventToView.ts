import { labels } from '../../src/isolation/labels.ts';
import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';
import { connectTo } from '../support/engine.ts';
import { seededStorage } from '../support/seededStorage.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, engineFacts, type BenchSetting } from './benchSetting.ts';
import type { Measurement } from './measurement.ts';
import { RawEngine } from './rawEngine.ts';

const knownWorkspaces = 100;
const longestWaitMs = 10_000;

/**
 * From the moment at which somebody else's call to pause or unpause a container is sent, so with the time that the
 * engine takes for it, to `onDidChange`, which is what the tree, the status bar and the API follow. Beside it, for
 * the same event, a bare reader of the engine's events.
 */
export async function measureEventToView(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { info } = await engineFacts(setting.socketPath, setting.signal);
  const connection = connectTo(`unix://${setting.socketPath}`);
  const storage = await seededStorage(knownWorkspaces - 1, setting);
  const workspaces = workspacesOnEngine(connection, storage);
  const raw = new RawEngine(setting.socketPath, info.apiVersion);
  const { service } = workspaces;
  const { name, folder, image, signal } = setting;
  try {
    const { id, container } = await service.create({ name, folder, image, limits: benchLimits }, { signal });
    if (container.kind !== 'running') throw new Error(`The workspace is ${container.kind}.`);
    let heardRaw: () => void = () => undefined;
    const label = [`${labels.managed}=true`, `${labels.workspaceId}=${id}`];
    const filters = { type: ['container'], label, event: ['pause', 'unpause'] };
    const endEvents = await raw.events(filters, () => {
      heardRaw();
    });
    const samples = { cordon: [] as number[], raw: [] as number[] };
    for (let run = -2; run < setting.runs * 4; run++) {
      signal.throwIfAborted();
      const paused = run % 2 === 0;
      const sentAt = performance.now();
      const seen = whenSeen(service, id, paused ? 'paused' : 'running');
      const heard = new Promise<number>((resolve) => {
        heardRaw = () => {
          resolve(performance.now());
        };
      });
      await raw.call('POST', `/containers/${container.id}/${paused ? 'pause' : 'unpause'}`);
      const [seenAt, heardAt] = await Promise.all([seen, heard]);
      if (run < 0) continue;
      samples.cordon.push(seenAt - sentAt);
      samples.raw.push(heardAt - sentAt);
    }
    endEvents();
    await service.remove(id, { signal });
    return [
      {
        measure: `event to view, ${knownWorkspaces} known`,
        samples,
        target: { of: 'p95', atMost: 100 },
      },
    ];
  } finally {
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
    raw.dispose();
  }
}

function whenSeen(service: WorkspaceService, id: string, kind: 'paused' | 'running'): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`The workspace was not seen to be ${kind} within ${longestWaitMs / 1000} s.`));
    }, longestWaitMs);
    const subscription = service.onDidChange(({ current }) => {
      if (current?.id !== id || current.container.kind !== kind) return;
      clearTimeout(timer);
      subscription.dispose();
      resolve(performance.now());
    });
  });
}
