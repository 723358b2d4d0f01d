import type { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { labels } from '../isolation/labels.ts';
import type { ContainerEvent } from '../workspaces/containerEngine.ts';
import type { EngineApi } from './engineApi.ts';
import { jsonLines } from './jsonLines.ts';

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
  Type: z.literal('container'),
  Action: z.enum(actions),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.unknown()) }),
  timeNano: z.number(),
});

/** What is remembered of an event, to go on after it. */
export interface SeenEvent {
  readonly event: ContainerEvent;
  /** Names the event among others of the same time. */
  readonly key: string;
}

/** Opens the engine's stream of events about our containers, from `sinceMs` of the engine's clock on when given. */
export function openEvents(
  api: EngineApi,
  sinceMs: number | undefined,
  signal: AbortSignal,
): Promise<Readable> {
  return api.stream({
    method: 'GET',
    path: ['events'],
    query: {
      filters: { type: ['container'], label: [`${labels.managed}=true`], event: actions },
      ...(sinceMs === undefined ? {} : { since: (sinceMs / 1000).toFixed(3) }),
    },
    timeoutMs: 5000,
    signal,
  });
}

/** The events of a stream in the engine's order. What is not an event about a container of ours is left out. */
export async function* readEvents(stream: Readable): AsyncGenerator<SeenEvent> {
  for await (const line of jsonLines(stream)) {
    const seen = containerEvent(line);
    if (seen) yield seen;
  }
}

function containerEvent(line: unknown): SeenEvent | undefined {
  const parsed = eventLine.safeParse(line).data;
  const workspaceId = parsed?.Actor.Attributes[labels.workspaceId];
  if (!parsed || typeof workspaceId !== 'string' || workspaceId === '') return undefined;
  const { Action: action, Actor, timeNano } = parsed;
  const exitCode = Number(Actor.Attributes['exitCode'] ?? Number.NaN);
  return {
    event: {
      workspaceId,
      containerId: Actor.ID,
      action,
      ...(action === 'die' && Number.isInteger(exitCode) && { exitCode }),
      timeMs: Math.floor(timeNano / 1_000_000),
    },
    key: `${timeNano} ${Actor.ID} ${action}`,
  };
}
