import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import { proxiesOf } from './proxiesOf.ts';

/** Tells the end or the pause of a run of a proxy from others, in the same way in every window. */
export async function lastRun(
  engine: Pick<ContainerEngine, 'listProxies' | 'inspectContainer'>,
  workspaceId: string,
  { id, startedAt }: Pick<ContainerFacts, 'id' | 'startedAt'>,
): Promise<string> {
  const [proxy] = await proxiesOf(engine, workspaceId);
  const last = proxy && (await engine.inspectContainer(proxy.id));
  if (!last) return `gone ${id} ${startedAt}`;
  return `${last.id} ${last.startedAt} ${last.paused ? 'paused' : 'ended'}`;
}
