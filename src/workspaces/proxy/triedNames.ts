import { parseAccessLine, type EgressTry } from '../../isolation/egress/accessLine.ts';
import { beginOf } from '../../shared/beginOf.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import { EgressTally, type TriedName } from './egressTally.ts';
import { proxiesOf } from './proxiesOf.ts';

const lastLines = 5000;
/** More than so many lines of the longest kind never come: whatever does is cut off. */
const mostBytes = 8 * 1024 * 1024;

/** What a workspace tried to reach last, as the log of its proxy tells; nothing for one without a proxy. */
export async function triedNames(
  engine: Pick<ContainerEngine, 'listProxies' | 'lastLogs'>,
  workspaceId: string,
): Promise<readonly TriedName[]> {
  const tally = new EgressTally();
  for (const { id } of await proxiesOf(engine, workspaceId))
    for (const seen of await lastTries(engine, id)) tally.add(seen);
  return tally.list();
}

/** The last tries in the log of a proxy. */
export async function lastTries(
  engine: Pick<ContainerEngine, 'lastLogs'>,
  containerId: string,
): Promise<readonly EgressTry[]> {
  const text = await beginOf(await engine.lastLogs(containerId, lastLines), mostBytes);
  return text.split('\n').flatMap((line) => parseAccessLine(line) ?? []);
}
