import type { Surroundings } from '../../src/workspaces/surroundings.ts';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';
import { connectTo } from './engine.ts';
import { workspacesOnEngine } from './workspacesOnEngine.ts';

/** What a window of VS Code has of the core, on a connection of its own that is kept up. */
export type EngineWindow = ReturnType<typeof openWindow>;

/** Windows that are open, by the process id that each says it has. */
const owners = new Set<number>();
let lastOwner = 2 ** 30;

/** Opens a window on the engine at a socket. It knows which other windows of this process are open. */
export function openWindow(
  socketPath: string,
  storage: WorkspaceStorage,
  overrides: Partial<Surroundings> = {},
) {
  const connection = connectTo(`unix://${socketPath}`);
  const owner = ++lastOwner;
  owners.add(owner);
  const core = workspacesOnEngine(connection, storage, {
    owner,
    ...overrides,
    isAlive: (other) => other !== owner && owners.has(other),
  });
  connection.retry();
  return {
    ...core,
    connection,
    dispose: () => {
      owners.delete(owner);
      core.dispose();
      connection.dispose();
    },
  };
}
