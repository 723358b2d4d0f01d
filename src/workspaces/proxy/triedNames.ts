import { parseAccessLine } from '../../isolation/egress/accessLine.ts';
import { beginOf } from '../../shared/beginOf.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import { proxiesOf } from './proxiesOf.ts';
import { EgressTally, type TriedName } from './egressTally.ts';

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
  const tally = new EgressTally();
  for (const log of logs)
    for (const line of (await beginOf(log, mostBytes)).split('\n')) {
      const seen = parseAccessLine(line);
      if (seen) tally.add(seen);
    }
  return tally.list();
}
