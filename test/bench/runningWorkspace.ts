import assert from 'node:assert/strict';
import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';
import { connectTo } from '../support/engine.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';

/** As long as the setting has it. */
const keepTerminalsMs = 600_000;

/** A workspace without a network that runs for as long as something is measured in it. */
export interface RunningWorkspace {
  readonly service: WorkspaceService;
  readonly id: string;
  readonly containerId: string;
}

/** Measures something in a workspace of its own, which is removed afterwards. */
export async function inRunningWorkspace<T>(
  { folder, image, name, signal, socketPath }: BenchSetting,
  measure: (workspace: RunningWorkspace) => Promise<T>,
): Promise<T> {
  const connection = connectTo(`unix://${socketPath}`);
  const workspaces = workspacesOnEngine(connection, undefined, { keepTerminalsMs: () => keepTerminalsMs });
  const { service } = workspaces;
  try {
    const { id, container } = await service.create(
      { name, folder, image, network: 'none', limits: benchLimits },
      { signal },
    );
    assert.ok(container.kind === 'running');
    const measured = await measure({ service, id, containerId: container.id });
    await service.remove(id, { signal });
    return measured;
  } finally {
    await workspaces.settled();
    workspaces.dispose();
    connection.dispose();
  }
}
