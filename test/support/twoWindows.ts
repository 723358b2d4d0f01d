import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { Workspace } from '../../src/workspaces/workspace.ts';
import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';
import { disagreements } from './agreement.ts';
import { connectTo } from './engine.ts';
import { MemorySleepNotes } from './memorySecurity.ts';
import { SharedGlobalState } from './sharedGlobalState.ts';
import { workspacesOnEngine } from './workspacesOnEngine.ts';

/** The core as one window has it, with a connection, a storage and a process of its own. */
export type CoreOfWindow = ReturnType<typeof workspacesOnEngine>;

/** Two windows of a person on one engine. */
export interface TwoWindows {
  readonly windows: readonly [CoreOfWindow, CoreOfWindow];
  /** Waits until what both show, what both have stored and what the engine holds is the same. */
  agree(): Promise<void>;
  dispose(): Promise<void>;
}

/** Recovery is done within this time, as is promised. */
const agreeMs = 5000;

/** Opens them; both live, and know of each other only what VS Code and the engine tell. */
export function openTwoWindows(socketPath: string, globalState = new SharedGlobalState()): TwoWindows {
  const sleepNotes = new MemorySleepNotes();
  const open = (owner: number) => {
    const connection = connectTo(`unix://${socketPath}`);
    // As in a window: whatever itself began and does not work on any more was left.
    const isAlive = (other: number) => other !== owner && (other === 1 || other === 2);
    const core = workspacesOnEngine(connection, globalState.open(), { owner, isAlive, sleepNotes });
    return { core, connection };
  };
  const opened = [open(1), open(2)] as const;
  const windows = [opened[0].core, opened[1].core] as const;
  const services = windows.map(({ service }) => service);
  /** Where they do not agree, a line for each. */
  const differences = async () => {
    const ofEach = windows.map(({ storage }) => disagreements({ storage, windows: services, socketPath }));
    const [one = [], other = []] = services.map(shownBy);
    const differing = one.filter((workspace, index) => !isDeepStrictEqual(workspace, other[index]));
    return [
      ...(await Promise.all(ofEach)).flat(),
      ...differing.map(
        ({ id }) =>
          `the windows show ${inspect([one, other].map((all) => all.find((each) => each.id === id)))}`,
      ),
    ];
  };
  return {
    windows,
    async agree() {
      const deadline = performance.now() + agreeMs;
      for (;;) {
        const left = await differences();
        if (left.length === 0) return;
        if (performance.now() > deadline)
          assert.fail(`no agreement within ${agreeMs / 1000} s:\n${left.join('\n')}`);
        await delay(50);
      }
    },
    async dispose() {
      for (const { core, connection } of opened) {
        await core.settled();
        core.dispose();
        connection.dispose();
      }
    },
  };
}

/** As both have to show it: the last check is that of the window that made it, and each tells the times of a start by itself. */
function shownBy(service: WorkspaceService): Omit<Workspace, 'isolation' | 'container'>[] {
  return service
    .list()
    .map(({ isolation, container, ...rest }) => ({ ...rest, container: container.kind }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
