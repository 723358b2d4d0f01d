import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';
import { ownedByPerson } from '../support/folders.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';

const files = 1000;
const bytesEach = 10 * 1024 ** 2;

/** Starts of a workspace in review mode on a folder of 10 GB, in files that are holes, beside one on an empty folder (`raw`). */
export async function measureLargeStarts(
  { runs, signal, name, image }: BenchSetting,
  service: Pick<WorkspaceService, 'create' | 'start' | 'stop' | 'remove'>,
  parent: string,
): Promise<Measurement> {
  const given = async (folder: string) => {
    await ownedByPerson(folder);
    const about = {
      folder,
      image,
      network: 'none',
      mount: 'review',
      limits: benchLimits,
      start: false,
    } as const;
    return (await service.create({ ...about, name: `${name}-large` }, { signal })).id;
  };
  const [empty, large] = [join(parent, 'empty'), join(parent, 'large')];
  for (const folder of [empty, large]) await mkdir(folder);
  for (let file = 0; file < files; file++) {
    const handle = await open(join(large, String(file)), 'w');
    await handle.truncate(bytesEach);
    await handle.close();
  }
  const [raw, cordon] = [await given(empty), await given(large)];
  const samples = { cordon: [] as number[], raw: [] as number[] };
  for (let run = -1; run < runs; run++)
    for (const [id, times] of [
      [raw, samples.raw],
      [cordon, samples.cordon],
    ] as const) {
      signal.throwIfAborted();
      const took = await timed(() => service.start(id, { signal }));
      await service.stop(id, { signal });
      if (run >= 0) times.push(took);
    }
  for (const id of [raw, cordon]) await service.remove(id, { signal });
  return {
    measure: 'review: start on 10 GB (raw: empty folder)',
    samples,
    target: { of: 'ratio', atMost: 1.15 },
  };
}
