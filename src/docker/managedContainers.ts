import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { labels, proxyRole } from '../isolation/labels.ts';
import type { ManagedContainer, ManagedProxy } from '../workspaces/engineContainers.ts';
import { endedState } from '../workspaces/containerState.ts';
import type { ContainerState } from '../workspaces/workspace.ts';
import { hasRole } from './containerLabels.ts';
import { answerNotUnderstood } from './engineErrors.ts';

const listEntry = z.object({
  Id: z.string(),
  Names: z.nullish(z.array(z.string())),
  State: z.string(),
  Status: z.nullish(z.string()),
  Created: z.number(),
  Labels: z.record(z.string(), z.unknown()),
  NetworkSettings: z.nullish(
    z.object({ Networks: z.nullish(z.record(z.string(), z.object({ IPAddress: z.nullish(z.string()) }))) }),
  ),
});

/** What an engine's list has of ours: the containers of workspaces, and the proxies beside them. */
export interface ManagedList {
  readonly containers: readonly ManagedContainer[];
  readonly proxies: readonly ManagedProxy[];
}

/**
 * Reads an engine's list of containers. An entry that cannot be read, carries no id of ours, or a role that is not known,
 * is left out.
 */
export function managedContainers(answer: unknown): ManagedList {
  if (!Array.isArray(answer)) throw answerNotUnderstood('containers');
  const containers: ManagedContainer[] = [];
  const proxies: ManagedProxy[] = [];
  for (const entry of answer as unknown[]) {
    const parsed = listEntry.safeParse(entry);
    const workspaceId = parsed.data?.Labels[labels.workspaceId];
    if (!parsed.success || typeof workspaceId !== 'string' || workspaceId === '') continue;
    const { Id, Names, State, Status, Created, Labels, NetworkSettings } = parsed.data;
    const networks = Object.entries(NetworkSettings?.Networks ?? {}).map(
      ([name, { IPAddress }]) => [name, IPAddress ?? ''] as const,
    );
    const common = {
      id: Id,
      workspaceId,
      name: (Names?.[0] ?? '').replace(/^\//, ''),
      state: containerState(Id, State, Status ?? ''),
      createdAtSeconds: Created,
    };
    if (isProxy(Labels))
      proxies.push({
        ...common,
        fingerprint: textOf(Labels[labels.spec]),
        networks: Object.fromEntries(networks),
      });
    else if (!hasRole(Labels))
      containers.push({
        ...common,
        record: Labels[labels.record],
        addresses: networks.flatMap(([, address]) => (address === '' ? [] : [address])),
      });
  }
  return { containers, proxies };
}

/** Whether what carries these labels belongs to the proxy of a workspace. */
export function isProxy(found: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return found?.[labels.role] === proxyRole;
}

/** An engine's word for the state of a container, in Cordon's. One that was made and never started is `creating`. */
export function containerState(id: string, state: string, status: string): ContainerState {
  switch (state) {
    case 'running':
      return { kind: 'running', id };
    case 'paused':
      return { kind: 'paused', id };
    case 'created':
    case 'configured':
    case 'initialized':
      return { kind: 'creating', id };
    case 'restarting':
    case 'removing':
    case 'stopping':
      return { kind: 'stopping', id };
    case 'exited':
    case 'stopped':
      return endedState(id, exitCodeIn(status));
    case 'dead':
      return { kind: 'failed', id, reason: l10n.t('The engine could not remove the container.') };
    default:
      return { kind: 'unknown', id };
  }
}

/** Such as 7 in `Exited (7) 3 minutes ago`. */
function exitCodeIn(status: string): number | undefined {
  const code = /\((\d{1,3})\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

function textOf(label: unknown): string {
  return typeof label === 'string' ? label : '';
}
