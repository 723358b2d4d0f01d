import type { EngineFacts } from '../../src/docker/engineFacts.ts';
import type { BenchSetting } from './benchSetting.ts';
import { command, requireHello, type Contender } from './contender.ts';
import type { RawEngine } from './rawEngine.ts';
import { rawOptions } from './rawOptions.ts';

/** The calls that cannot be left out, with the very options that Cordon gives. */
export function rawContender(
  setting: BenchSetting,
  raw: RawEngine,
  facts: EngineFacts,
): Contender & { containerId(): string } {
  let networkId = '';
  let id = '';
  return {
    name: 'raw',
    async create() {
      const options = rawOptions(setting, facts);
      networkId = await raw.make('/networks/create', options.network);
      id = await raw.make(`/containers/create?name=${options.name}`, options.container(networkId));
      await raw.call('POST', `/containers/${id}/start`);
    },
    async exec() {
      requireHello((await raw.exec(id, command)).stdout);
    },
    async restart() {
      await raw.call('POST', `/containers/${id}/restart?t=5`);
    },
    async stop() {
      await raw.call('POST', `/containers/${id}/stop?t=5`);
    },
    async remove() {
      await raw.call('DELETE', `/containers/${id}?force=1&v=1`);
      await raw.call('DELETE', `/networks/${networkId}`);
    },
    containerId: () => id,
  };
}
