import type { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { labels } from '../isolation/labels.ts';
import type { ActivityEvent, ContainerEvent } from '../workspaces/engineEvents.ts';
import { hasRole } from './containerLabels.ts';
import type { EngineApi } from './engineApi.ts';
import { jsonLines } from './jsonLines.ts';
import { isProxy } from './managedContainers.ts';

const actions = [
  'create',
  'start',
  'stop',
  'die',
  'kill',
  'pause',
  'unpause',
  'destroy',
  'oom',
  'rename',
  'update',
] as const;

const eventLine = z.object({
  Type: z.enum(['container', 'network']),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.unknown()) }),
  timeNano: z.number(),
});
type EventLine = z.infer<typeof eventLine>;

/** Networks are subscribed to apart: what the other stream told last may be later than what this one told. */
const overlapMs = 5000;
/** Characters of a command that are kept. */
const commandLength = 500;

/** What is remembered of an event, to go on after it. */
export interface SeenEvent {
  readonly event: ContainerEvent | ActivityEvent;
  /** Names the event among others of the same time. */
  readonly key: string;
}

/** Opens the engine's stream of events about our containers, from `sinceMs` of the engine's clock on when given. */
export function openEvents(
  api: EngineApi,
  sinceMs: number | undefined,
  signal: AbortSignal,
): Promise<Readable> {
  return open(api, sinceMs, signal, {
    type: ['container'],
    label: [`${labels.managed}=true`],
    event: [...actions, 'exec_start', 'exec_die'],
  });
}

/** Opens the engine's stream of containers that are connected to networks: any of them, for these carry no label. */
export function openNetworkEvents(
  api: EngineApi,
  sinceMs: number | undefined,
  signal: AbortSignal,
): Promise<Readable> {
  const since = sinceMs === undefined ? undefined : Math.max(0, sinceMs - overlapMs);
  return open(api, since, signal, { type: ['network'], event: ['connect'] });
}

function open(
  api: EngineApi,
  sinceMs: number | undefined,
  signal: AbortSignal,
  filters: Readonly<Record<string, readonly string[]>>,
): Promise<Readable> {
  return api.stream({
    method: 'GET',
    path: ['events'],
    query: { filters, ...(sinceMs === undefined ? {} : { since: (sinceMs / 1000).toFixed(3) }) },
    timeoutMs: 5000,
    signal,
  });
}

/** The events of a stream in the engine's order. What cannot be read, or is about nothing of interest, is left out. */
export async function* readEvents(stream: Readable): AsyncGenerator<SeenEvent> {
  for await (const line of jsonLines(stream)) {
    const parsed = eventLine.safeParse(line).data;
    const event = parsed && (parsed.Type === 'network' ? networkEvent(parsed) : containerEvent(parsed));
    if (event) yield { event, key: keyOf(parsed, event) };
  }
}

function keyOf({ timeNano, Action, Actor }: EventLine, event: SeenEvent['event']): string {
  return `${timeNano} ${Actor.ID} ${Action} ${'execId' in event ? event.execId : event.containerId}`;
}

function containerEvent({ Action, Actor, timeNano }: EventLine): SeenEvent['event'] | undefined {
  const workspaceId = Actor.Attributes[labels.workspaceId];
  if (typeof workspaceId !== 'string' || workspaceId === '') return undefined;
  const exitCode = Number(Actor.Attributes['exitCode'] ?? Number.NaN);
  const common = { workspaceId, containerId: Actor.ID, timeMs: Math.floor(timeNano / 1_000_000) };
  const action = actions.find((known) => known === Action);
  // What stands beside a workspace is none, and no event of it may pass for one of the workspace.
  if (hasRole(Actor.Attributes))
    return action && isProxy(Actor.Attributes) ? { ...common, kind: 'proxy', action } : undefined;
  if (action)
    return { ...common, action, ...(action === 'die' && Number.isInteger(exitCode) && { exitCode }) };
  const execId = Actor.Attributes['execID'];
  if (typeof execId !== 'string' || execId === '') return undefined;
  // The command follows the name of the action, words put together by blanks.
  const started = /^exec_start(?:: ?(.*))?$/s.exec(Action);
  if (started)
    return { ...common, kind: 'exec', execId, command: (started[1] ?? '').trim().slice(0, commandLength) };
  if (Action === 'exec_die') return { ...common, kind: 'execEnd', execId, exitCode };
  return undefined;
}

function networkEvent({ Action, Actor, timeNano }: EventLine): ActivityEvent | undefined {
  const containerId = Actor.Attributes['container'];
  const name = Actor.Attributes['name'];
  if (Action !== 'connect' || typeof containerId !== 'string' || containerId === '') return undefined;
  return {
    kind: 'networkConnect',
    containerId,
    networkId: Actor.ID,
    networkName: typeof name === 'string' ? name : '',
    timeMs: Math.floor(timeNano / 1_000_000),
  };
}
