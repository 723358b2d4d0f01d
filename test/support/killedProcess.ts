// Runs create and remove on a real engine and kills itself, as SIGKILL does to an extension host, at one engine call.
import type { ContainerEngine, EngineSource } from '../../src/workspaces/containerEngine.ts';
import { connectTo } from './engine.ts';
import { FileStorage } from './fileStorage.ts';
import { workspacesOnEngine } from './workspacesOnEngine.ts';

const [setting = '', storagePath = '', folder = '', operation = '', killAt = ''] = process.argv.slice(2);

/** The same engine, which ends this process before or after the call that is named. */
function deadly(engine: ContainerEngine): ContainerEngine {
  return new Proxy(engine, {
    get: (target, name: keyof ContainerEngine) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const call = value as (...args: readonly unknown[]) => Promise<unknown>;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        if (isArmed && killAt === `before ${name}`) process.kill(process.pid, 'SIGKILL');
        const result: unknown = await Reflect.apply(call, target, args);
        if (isArmed && killAt === `after ${name}`) process.kill(process.pid, 'SIGKILL');
        return result;
      };
    },
  });
}

let isArmed = operation === 'create';
const connection = connectTo(setting);
const engines: EngineSource = {
  get state() {
    return connection.state;
  },
  onDidChangeState: connection.onDidChangeState,
  onDidReceiveEvent: connection.onDidReceiveEvent,
  eventStreams: 0,
  onDidReceiveActivity: connection.onDidReceiveActivity,
  get: async (signal) => deadly(await connection.get(signal)),
  retry: () => {
    connection.retry();
  },
  dispose: () => {
    connection.dispose();
  },
};
const { service } = workspacesOnEngine(engines, new FileStorage(storagePath));
const { id } = await service.create({ name: 'victim', folder });
isArmed = true;
await service.remove(id);
process.stdout.write('survived\n');
process.exit(0);
