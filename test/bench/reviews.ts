import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeReviews } from '../../src/review/composeReviews.ts';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { connectTo } from '../support/engine.ts';
import { ownedByPerson } from '../support/folders.ts';
import { workspacesOnEngine } from '../support/workspacesOnEngine.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import { makeTree } from './folderPaths.ts';
import { measureLargeStarts } from './largeReviews.ts';
import { timed, type Measurement } from './measurement.ts';
import { measureCopyLists, measureLists } from './reviewLists.ts';
import { copyRules } from '../support/copyRules.ts';

const files = 200_000;
const changed = 10_000;
const mebibytes = 256;

/**
 * Workspaces in review mode beside live ones on the same folder of 200,000 files (`raw`): a start, and reading and
 * writing inside; and how long it takes to list 10,000 changed files, and to accept them.
 */
export async function measureReviews(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { socketPath, image, name, signal, runs } = setting;
  const parent = await mkdtemp(join(tmpdir(), 'cordon-bench-review-'));
  await chmod(parent, 0o755);
  const folder = join(parent, 'project');
  await mkdir(folder);
  const views = new ViewFolders(join(parent, 'kept'), copyRules);
  const connection = connectTo(`unix://${socketPath}`);
  const core = workspacesOnEngine(connection, undefined, { viewFiles: views });
  const { service } = core;
  const { reviews } = composeReviews(core.reviewGround, views);
  try {
    setting.say(`Making ${files.toLocaleString('en')} files ...`);
    await makeTree(folder, signal);
    await ownedByPerson(folder);
    const made = { name, folder, image, network: 'none', limits: benchLimits, start: false } as const;
    const { id: live } = await service.create({ ...made, name: `${name}-live`, mount: 'live' }, { signal });
    const { id: review } = await service.create({ ...made, mount: 'review' }, { signal });
    const sh = async (id: string, line: string) => {
      const { exitCode, stderr } = await service.exec(id, ['sh', '-c', line], { timeoutMs: 300_000, signal });
      assert.equal(exitCode, 0, stderr);
    };
    const pairs = async (times: number, work: (id: string) => Promise<number>) => {
      const samples = { cordon: [] as number[], raw: [] as number[] };
      for (let run = -1; run < times; run++) {
        signal.throwIfAborted();
        const [raw, cordon] = [await work(live), await work(review)];
        if (run < 0) continue;
        samples.raw.push(raw);
        samples.cordon.push(cordon);
      }
      return samples;
    };
    const starts = await pairs(runs, async (id) => {
      const took = await timed(() => service.start(id, { signal }));
      await service.stop(id, { signal });
      return took;
    });
    await service.start(live, { signal });
    await service.start(review, { signal });
    const writes = await pairs(runs, (id) =>
      timed(() => sh(id, `dd if=/dev/zero of=big bs=1M count=${mebibytes} conv=fsync 2>/dev/null; rm big`)),
    );
    await sh(live, `dd if=/dev/zero of=same bs=1M count=${mebibytes} 2>/dev/null`);
    const reads = await pairs(runs, (id) => timed(() => sh(id, 'cat same same same same >/dev/null')));
    const list = async (count: number) => {
      assert.equal((await reviews.changes(review, signal)).length, count);
    };
    const paths = `find . -type f ! -name same ! -name .env | head -${changed}`;
    await sh(review, `${paths} | while read -r f; do echo changed > "$f"; done`);
    const [first, again] = [await timed(() => list(changed)), [] as number[]];
    for (let run = 0; run < runs; run++) again.push(await timed(() => list(changed)));
    const accepted = await timed(async () => {
      assert.equal((await reviews.accept(review, undefined, { signal })).accepted.length, changed);
    });
    for (const id of [live, review]) await service.remove(id, { signal });
    const bench = { setting, service, reviews, views, engines: connection };
    const lists = [
      ...(await measureLists(bench, { folder, files, changed, isCopy: false })),
      ...(await measureCopyLists(bench, join(parent, 'copied'))),
    ];
    const large = await measureLargeStarts(setting, service, parent);
    assert.deepEqual(await readdir(join(parent, 'kept')), []);
    const of = `${changed.toLocaleString('en')} of ${files.toLocaleString('en')} files`;
    return [
      { measure: 'review: start (raw: live)', samples: starts, target: { of: 'ratio', atMost: 1.15 } },
      large,
      {
        measure: `review: write ${mebibytes} MiB (raw: live)`,
        samples: writes,
        target: { of: 'ratio', atMost: 1.25 },
      },
      {
        measure: `review: read ${4 * mebibytes} MiB (raw: live)`,
        samples: reads,
        target: { of: 'ratio', atMost: 1.1 },
      },
      {
        measure: `review: list ${of}, first`,
        samples: { cordon: [first] },
        target: { of: 'median', atMost: 2000 },
      },
      {
        measure: `review: list ${of}, again`,
        samples: { cordon: again },
        target: { of: 'median', atMost: 2000 },
      },
      { measure: `review: accept ${of}`, samples: { cordon: [accepted] } },
      ...lists,
    ];
  } finally {
    for (const { id } of service.list()) await service.remove(id).catch(() => undefined);
    await core.settled();
    core.dispose();
    connection.dispose();
    await rm(parent, { recursive: true, force: true });
  }
}
