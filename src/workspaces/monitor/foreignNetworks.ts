import * as l10n from '@vscode/l10n';
import type { EngineSource } from '../containerEngine.ts';
import type { ActivityEvent } from '../engineEvents.ts';
import { ownNetwork } from '../ownNetwork.ts';
import type { SecurityReporter } from './securityReporter.ts';

type Connect = Extract<ActivityEvent, { kind: 'networkConnect' }>;

/** Finds connections of our containers to networks that are not their own. */
export class ForeignNetworks {
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly reporter: Pick<SecurityReporter, 'report'>;

  constructor(parts: { engines: Pick<EngineSource, 'get'>; reporter: Pick<SecurityReporter, 'report'> }) {
    this.engines = parts.engines;
    this.reporter = parts.reporter;
  }

  async check(workspaceId: string, connect: Connect): Promise<void> {
    const { containerId, networkId, networkName, timeMs } = connect;
    // What has no network is told to be connected to "none".
    if (networkName === 'none') return;
    const engine = await this.engines.get();
    const facts = await engine.inspectContainer(containerId);
    if (!facts || (await ownNetwork(engine, workspaceId, facts))?.id === networkId) return;
    await this.reporter.report({
      workspaceId,
      cause: 'foreignNetwork',
      severity: 'critical',
      message: l10n.t('Something other than Cordon connected the container to the network {0}.', networkName),
      subjects: [networkName, networkId],
      occurrence: `${networkId} ${timeMs}`,
    });
  }
}
