import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { folderSearch } from '../../src/isolation/folderScan.ts';
import { PathRules } from '../../src/isolation/pathRules.ts';
import { FolderWatch } from '../../src/workspaces/folders/folderWatch.ts';
import { MemoryLog } from '../support/memoryLog.ts';
import type { BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { runProgram } from './runProgram.ts';

const scanFolder = folderSearch(new URL('../../dist/folderScanWorker.js', import.meta.url));
const files = 200_000;
const perFolder = 10;
const secretEvery = 1000;

/** Finding the protected and hidden paths of a large folder, beside `find`, which looks for one name. */
export async function measureFolderPaths(setting: BenchSetting): Promise<readonly Measurement[]> {
  const root = await mkdtemp(join(tmpdir(), 'cordon-bench-paths-'));
  const rules = new PathRules({ protectedPaths: [], hiddenPaths: [] });
  let watch: FolderWatch | undefined;
  try {
    setting.say(`Making ${files.toLocaleString('en')} files ...`);
    await makeTree(root, setting.signal);
    const samples = { cordon: [] as number[], raw: [] as number[] };
    const held: number[] = [];
    for (let run = -1; run < setting.runs; run++) {
      setting.signal.throwIfAborted();
      const raw = await timed(() => runProgram('find', [root, '-name', '.env'], setting));
      const delays = monitorEventLoopDelay({ resolution: 1 });
      delays.enable();
      const cordon = await timed(async () => {
        const { masked } = await scanFolder(root, rules, setting.signal);
        assert.equal(masked.length, files / secretEvery);
      });
      delays.disable();
      if (run < 0) continue;
      samples.raw.push(raw);
      samples.cordon.push(cordon);
      held.push(delays.max / 1e6);
    }
    watch = new FolderWatch(root, rules, process.platform, new MemoryLog());
    await watch.current();
    const again: number[] = [];
    for (let run = 0; run < setting.runs; run++) {
      await writeFile(join(root, `.env.${run}`), '');
      again.push(
        await timed(async () => {
          assert.ok((await watch?.current())?.masked.includes(`.env.${run}`));
        }),
      );
    }
    return [
      {
        measure: `paths in ${files.toLocaleString('en')} files (raw: find)`,
        samples,
        target: { of: 'median', atMost: 300 },
      },
      { measure: 'paths, longest turn that others wait', samples: { cordon: held } },
      {
        measure: 'paths again, watched, one of them new',
        samples: { cordon: again },
        target: { of: 'median', atMost: 300 },
      },
    ];
  } finally {
    watch?.dispose();
    await rm(root, { recursive: true, force: true });
  }
}

/** Folders of ten files in folders of ten folders, as projects with dependencies have them. */
export async function makeTree(root: string, signal: AbortSignal, count = files): Promise<void> {
  for (let folder = 0; folder < count / perFolder; folder++) {
    signal.throwIfAborted();
    const digits = String(folder).padStart(5, '0');
    const place = join(root, `p${digits.slice(0, 2)}`, `m${digits.slice(2, 4)}`, `d${digits.slice(4)}`);
    await mkdir(place, { recursive: true });
    await Promise.all(
      Array.from({ length: perFolder }, (_, file) => {
        const isSecret = (folder * perFolder + file) % secretEvery === 0;
        return writeFile(join(place, isSecret ? '.env' : `file-${file}.${file % 2 ? 'js' : 'd.ts'}`), '');
      }),
    );
  }
}
