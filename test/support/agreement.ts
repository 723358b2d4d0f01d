import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { labels, proxyRole } from '../../src/isolation/labels.ts';
import { containerIdOf, statusOf } from '../../src/workspaces/containerState.ts';
import { storageKeys } from '../../src/workspaces/recordStorage.ts';
import type { ContainerState, Workspace } from '../../src/workspaces/workspace.ts';
import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';
import { engineJson, engineRequest } from '../host/engineRequest.mjs';

const stored = z.object({
  workspaces: z.array(
    z.looseObject({
      ...{ id: z.string(), name: z.string(), status: z.string() },
      network: z.string(),
      ...{ intent: z.optional(z.unknown()), held: z.optional(z.object({ over: z.optional(z.boolean()) })) },
    }),
  ),
});
const ofWorkspace = z.record(z.string(), z.string());
const containers = z.array(z.object({ Id: z.string() }));
const inspected = z.object({
  Id: z.string(),
  State: z.object({ Status: z.string() }),
  Config: z.object({ Labels: ofWorkspace }),
});
const networks = z.array(z.object({ Name: z.string(), Labels: ofWorkspace }));
const volumes = z.object({
  Volumes: z.nullish(z.array(z.object({ Name: z.string(), Labels: ofWorkspace }))),
});

type StoredRecord = z.infer<typeof stored>['workspaces'][number];
interface EngineContainer {
  readonly id: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who is to say the same: what is stored, every window that shows it, and the engine that was asked past all of them. */
export interface Witnesses {
  readonly storage: Pick<WorkspaceStorage, 'read'>;
  readonly windows: readonly Pick<WorkspaceService, 'list'>[];
  /** Of the engine itself, whatever stands between it and the windows. */
  readonly socketPath: string;
}

/** Where stored records, windows and engine do not say the same, a line for each; empty where they agree. */
export async function disagreements({ storage, windows, socketPath }: Witnesses): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${labels.managed}=true`] }));
  const ask = (path: string) => engineJson(socketPath, 'GET', `${path}filters=${filters}`);
  const listed = containers.parse(await ask('/containers/json?all=1&'));
  const found = (await Promise.all(listed.map(({ Id }) => lookAt(socketPath, Id)))).flat();
  const joined = networks.parse(await ask('/networks?'));
  const rest = [...joined, ...(volumes.parse(await ask('/volumes?')).Volumes ?? [])];
  const value = storage.read(storageKeys.workspaces);
  const records = value === undefined ? [] : stored.parse(value).workspaces;
  const ids = new Set(records.map(({ id }) => id));
  return [
    ...records.filter(({ intent }) => intent !== undefined).map(({ name }) => `"${name}" has an intent`),
    ...records.filter(({ held }) => held && !held.over).map(({ name }) => `"${name}" is held still`),
    ...[...found.map(({ id, labels: Labels }) => ({ Name: id, Labels })), ...rest]
      .filter(({ Labels }) => !ids.has(Labels[labels.workspaceId] ?? Labels[labels.copyOf] ?? ''))
      .map(({ Name }) => `${Name} is in the engine without a record`),
    ...joined
      .filter(({ Labels }) => leadsOutOfNone(Labels, records))
      .map(({ Name }) => `${Name} serves nobody`),
    ...windows.flatMap((window) => disagreementsOf(window.list(), records, found)),
  ];
}

/** Waits until all of them say the same, and fails with what they disagree in when that takes too long. */
export async function agreeWithin(timeoutMs: number, witnesses: Witnesses): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = await disagreements(witnesses);
    if (left.length === 0) return;
    if (performance.now() > deadline)
      assert.fail(`no agreement within ${timeoutMs / 1000} s:\n${left.join('\n')}`);
    await delay(50);
  }
}

function disagreementsOf(
  shown: readonly Workspace[],
  records: readonly StoredRecord[],
  found: readonly EngineContainer[],
): string[] {
  return [
    ...records
      .filter(({ id }) => !shown.some((workspace) => workspace.id === id))
      .map(({ name }) => `"${name}" is stored and not shown`),
    ...shown.flatMap((workspace) => {
      const record = records.find(({ id }) => id === workspace.id);
      const all = found.filter((container) => container.labels[labels.workspaceId] === workspace.id);
      const own = all.filter(({ labels: { [labels.role]: role } }) => role !== proxyRole);
      const proxies = all.filter((container) => !own.includes(container)).map(({ state }) => state);
      const what = `"${workspace.name}" (${workspace.status}, ${JSON.stringify(workspace.container)})`;
      return [
        ...(record ? [] : [`${what} is shown and not stored`]),
        ...(record && record.status !== workspace.status ? [`${what} is stored as ${record.status}`] : []),
        ...(statusOf(workspace.container, workspace.status) === workspace.status
          ? []
          : [`${what} contradicts itself`]),
        ...(wantedProxies(workspace).includes(proxies.join())
          ? []
          : [`${what}, ${workspace.network}, has proxies that are ${proxies.join() || 'none'}`]),
        ...(isSo(workspace.container, own)
          ? []
          : [`${what} is ${own.map(({ id, state }) => `${state} ${id}`).join(' and ') || 'absent'}`]),
      ];
    }),
  ];
}

/** Whether these labels are of the network over which a proxy reached out that there must not be any more. */
function leadsOutOfNone(found: Readonly<Record<string, string>>, records: readonly StoredRecord[]): boolean {
  const record = records.find(({ id }) => id === found[labels.workspaceId]);
  const isServed = record?.network === 'filtered' && record.status !== 'archived';
  return found[labels.role] === proxyRole && !isServed;
}

/** A list may tell what was: an engine whose disk was full forgot to write it down. Nothing for one that went meanwhile. */
async function lookAt(socketPath: string, id: string): Promise<readonly EngineContainer[]> {
  const { status, text } = await engineRequest(socketPath, 'GET', `/containers/${id}/json`);
  if (status === 404) return [];
  const { Id, State, Config } = inspected.parse(JSON.parse(text));
  return [{ id: Id, state: State.Status, labels: Config.Labels }];
}

/** The states of proxies, as a text, that may be beside a workspace. */
function wantedProxies({ network, container }: Workspace): readonly string[] {
  if (network !== 'filtered') return [''];
  return container.kind === 'running' ? ['running'] : ['', 'exited', 'created', 'paused'];
}

/** Whether the engine holds what a window shows: nothing that is under way counts, nor what is not known. */
function isSo(shown: ContainerState, [container, ...more]: readonly EngineContainer[]): boolean {
  if (!container) return shown.kind === 'absent';
  return (
    more.length === 0 &&
    containerIdOf(shown) === container.id &&
    (statesOf[shown.kind] ?? []).includes(container.state)
  );
}

/** What an engine calls them. One that was made and never started stands still, too. */
const statesOf: Partial<Record<ContainerState['kind'], readonly string[]>> = {
  running: ['running'],
  paused: ['paused'],
  stopped: ['exited', 'created'],
  failed: ['exited', 'dead'],
};
