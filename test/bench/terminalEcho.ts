import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { connectTo } from '../support/engine.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, engineFacts, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { RawEngine } from './rawEngine.ts';

const keysPerRun = 20;

/** From a key to its echo in a terminal of a workspace, beside a terminal over the engine's own stream. */
export async function measureTerminalEcho(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { folder, image, name, signal, socketPath } = setting;
  const connection = connectTo(`unix://${socketPath}`);
  const workspaces = workspacesOnEngine(connection);
  const { service } = workspaces;
  const { info } = await engineFacts(socketPath, signal);
  const raw = new RawEngine(socketPath, info.apiVersion);
  try {
    const { id, container } = await service.create(
      { name, folder, image, network: 'none', limits: benchLimits },
      { signal },
    );
    assert.ok(container.kind === 'running');
    const session = await service.openSession(id, {
      kind: 'terminal',
      command: ['cat'],
      terminal: { columns: 80, rows: 24 },
    });
    const socket = await raw.attachTerminal(container.id, ['cat']);
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
    await service.remove(id, { signal });
    return [{ measure: 'terminal, a key to its echo', samples, target: { of: 'p95', atMost: 10 } }];
  } finally {
    raw.dispose();
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
  }
}

async function echo(input: Writable, output: Readable): Promise<void> {
  const echoed = once(output, 'data');
  input.write('x');
  await echoed;
}
