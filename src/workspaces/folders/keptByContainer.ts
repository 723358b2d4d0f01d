import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import type { EngineSource } from '../containerEngine.ts';
import { containerIdOf } from '../containerState.ts';
import type { Workspace } from '../workspace.ts';
import { KeptPaths } from './keptPaths.ts';

/** Knows what of its folder is kept from the container that a workspace has now. */
export class KeptByContainer {
  private readonly engines: Pick<EngineSource, 'get'>;
  /** By workspace. */
  private readonly known = new Map<
    string,
    { readonly containerId: string; readonly kept: Promise<KeptPaths | undefined> }
  >();

  constructor(engines: Pick<EngineSource, 'get'>) {
    this.engines = engines;
  }

  /** A container was just started: what is kept from it is known by the files that are there now. */
  async started(workspaceId: string, root: string, facts: ContainerFacts): Promise<void> {
    const kept = KeptPaths.of(root, facts);
    this.known.set(workspaceId, { containerId: facts.id, kept });
    await kept;
  }

  async of({ id, container }: Workspace, root: string): Promise<KeptPaths | undefined> {
    const containerId = containerIdOf(container);
    if (containerId === undefined) return undefined;
    const known = this.known.get(id);
    if (known?.containerId === containerId) return await known.kept;
    const learning = { containerId, kept: this.learn(containerId, root) };
    this.known.set(id, learning);
    try {
      return await learning.kept;
    } catch (error) {
      // What one broken call did not tell, the next one may.
      if (this.known.get(id) === learning) this.known.delete(id);
      throw error;
    }
  }

  /** The workspace is gone. */
  forget(workspaceId: string): void {
    this.known.delete(workspaceId);
  }

  /** For a container that ran before this window did. */
  private async learn(containerId: string, root: string): Promise<KeptPaths | undefined> {
    const engine = await this.engines.get();
    const facts = await engine.inspectContainer(containerId);
    return facts && (await KeptPaths.of(root, facts));
  }
}
