import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { debianImage, ensureImages } from '../host/images.mjs';
import { engineFacts, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { RawEngine } from './rawEngine.ts';
import { inRunningWorkspace } from './runningWorkspace.ts';

const keysPerRun = 20;

/** From a key to its echo in a terminal of a workspace, plain and held, beside one over the engine's own stream. */
export async function measureTerminalEcho(setting: BenchSetting): Promise<readonly Measurement[]> {
  await ensureImages({ socketPath: setting.socketPath, wanted: [debianImage] });
  return [
    await measure('terminal, a key to its echo', setting, false),
    await measure('terminal that is held, a key to its echo', { ...setting, image: debianImage }, true),
  ];
}

async function measure(name: string, setting: BenchSetting, hold: boolean): Promise<Measurement> {
  const { signal, socketPath } = setting;
  const { info } = await engineFacts(socketPath, signal);
  const raw = new RawEngine(socketPath, info.apiVersion);
  try {
    return await inRunningWorkspace(setting, async ({ service, id, containerId }) => {
      const session = await service.openSession(id, {
        ...{ kind: 'terminal', command: ['cat'], hold },
        terminal: { columns: 80, rows: 24 },
      });
      assert.equal(session.held !== undefined, hold);
      const socket = await raw.attachTerminal(containerId, ['cat']);
      const samples = { cordon: [] as number[], raw: [] as number[] };
      for (let key = -keysPerRun; key < setting.runs * keysPerRun; key++) {
        signal.throwIfAborted();
        const rawMs = await timed(() => echo(socket, socket));
        const ownMs = await timed(() => echo(session.stdin, session.stdout));
        if (key < 0) continue;
        samples.raw.push(rawMs);
        samples.cordon.push(ownMs);
      }
      socket.destroy();
      return { measure: name, samples, target: { of: 'p95', atMost: 10 } };
    });
  } finally {
    raw.dispose();
  }
}

async function echo(input: Writable, output: Readable): Promise<void> {
  const echoed = once(output, 'data');
  input.write('x');
  await echoed;
}
