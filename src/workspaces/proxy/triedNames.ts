import type { Readable } from 'node:stream';
import { parseAccessLine, type EgressTry } from '../../isolation/egress/accessLine.ts';
import { beginOf } from '../../shared/beginOf.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import { proxiesOf } from './proxiesOf.ts';
import { summarizeTries, type TriedName } from './egressSummary.ts';

const lastLines = 5000;
/** More than so many lines of the longest kind never come: whatever does is cut off. */
const mostBytes = 8 * 1024 * 1024;

/** What a workspace tried to reach last, as the log of its proxy tells; nothing for one without a proxy. */
export async function triedNames(
  engine: Pick<ContainerEngine, 'listProxies' | 'lastLogs'>,
  workspaceId: string,
): Promise<readonly TriedName[]> {
  const proxies = await proxiesOf(engine, workspaceId);
  const logs = await Promise.all(proxies.map(({ id }) => engine.lastLogs(id, lastLines)));
  return summarizeTries((await Promise.all(logs.map(triesIn))).flat());
}

async function triesIn(log: Readable): Promise<readonly EgressTry[]> {
  return (await beginOf(log, mostBytes)).split('\n').flatMap((line) => parseAccessLine(line) ?? []);
}
