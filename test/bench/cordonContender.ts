import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import { command, requireHello, type Contender } from './contender.ts';

/** Cordon itself: the service that the API, the commands and the views use. */
export function cordonContender(
  setting: BenchSetting,
  service: WorkspaceService,
): Contender & { containerId(): string; report(): Promise<void> } {
  const options = { signal: setting.signal };
  let id = '';
  return {
    name: 'cordon',
    async create() {
      const { name, folder, image } = setting;
      id = (await service.create({ name, folder, image, profile: 'standard', limits: benchLimits }, options))
        .id;
    },
    async exec() {
      requireHello((await service.exec(id, command, options)).stdout);
    },
    async restart() {
      await service.restart(id, options);
    },
    async stop() {
      await service.stop(id, options);
    },
    async remove() {
      await service.remove(id, options);
    },
    async report() {
      const { grade } = await service.isolationReport(id, options);
      if (grade !== 'A' && grade !== 'B')
        throw new Error(`The isolation of the workspace is graded ${grade}.`);
    },
    containerId() {
      const container = service.get(id)?.container;
      if (container?.kind !== 'running') throw new Error('The workspace does not run.');
      return container.id;
    },
  };
}
