import assert from 'node:assert/strict';
import { mkdir, stat } from 'node:fs/promises';
import type { Reviews } from '../../src/review/reviews.ts';
import type { ViewFolders } from '../../src/review/viewFolders.ts';
import type { EngineSource } from '../../src/workspaces/containerEngine.ts';
import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';
import { ownedByPerson } from '../support/folders.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';
import { makeTree } from './folderPaths.ts';
import { timed, type Measurement } from './measurement.ts';

/** By what workspaces in review mode are made and looked at. */
export interface ReviewBench {
  readonly setting: BenchSetting;
  readonly service: WorkspaceService;
  readonly reviews: Pick<Reviews, 'changes'>;
  readonly views: ViewFolders;
  readonly engines: EngineSource;
}

/** A folder of `makeTree`, of whose files so many are changed. */
export interface ListedFolder {
  readonly folder: string;
  readonly files: number;
  readonly changed: number;
  readonly isCopy: boolean;
}

const layouts = { together: '', spread: '-name file-1.js' };

/**
 * Lists changed files, one in each of as many folders, beside as many in as few folders as hold them (`raw`): the first
 * time, and once more.
 */
export async function measureLists(
  bench: ReviewBench,
  listed: ListedFolder,
): Promise<readonly Measurement[]> {
  const { setting, service } = bench;
  const together = await measureLayout(bench, listed, 'together');
  const spread = await measureLayout(bench, listed, 'spread');
  for (const id of [together.id, spread.id]) await service.remove(id, { signal: setting.signal });
  const [changed, files] = [listed.changed, listed.files].map((count) => count.toLocaleString('en'));
  const what = `${listed.isCopy ? 'copy' : 'review'}: list ${changed} of ${files} files in as many folders`;
  const measure = (when: string, cordon: readonly number[], raw: readonly number[]): Measurement => ({
    measure: `${what}, ${when} (raw: in few)`,
    samples: { cordon, raw },
    ...(!listed.isCopy && { target: { of: 'median', atMost: 2000 } }),
  });
  return [measure('first', spread.first, together.first), measure('again', spread.again, together.again)];
}

/** A smaller folder of its own, which is copied to the engine although that could see it. */
export async function measureCopyLists(bench: ReviewBench, folder: string): Promise<readonly Measurement[]> {
  const files = 20_000;
  await mkdir(folder);
  await makeTree(folder, bench.setting.signal, files);
  await ownedByPerson(folder);
  return await measureLists(bench, { folder, files, changed: files / 20, isCopy: true });
}

async function measureLayout(
  bench: ReviewBench,
  { folder, changed, isCopy }: ListedFolder,
  layout: keyof typeof layouts,
): Promise<{ readonly id: string; readonly first: number[]; readonly again: number[] }> {
  const { setting, service, reviews } = bench;
  const { image, signal, runs } = setting;
  const name = `${setting.name}-${layout}-${isCopy ? 'copy' : 'view'}`;
  const made = { name, folder, image, network: 'none', mount: 'review', limits: benchLimits } as const;
  const { id } = await service.create({ ...made, start: false }, { signal });
  if (isCopy) await bringCopy(bench, id, folder);
  await service.start(id, { signal });
  const paths = `find . -type f ! -name .env ${layouts[layout]} | sort | head -${changed}`;
  const line = `${paths} | while read -r f; do echo listed > "$f"; done`;
  const { exitCode, stderr } = await service.exec(id, ['sh', '-c', line], { timeoutMs: 600_000, signal });
  assert.equal(exitCode, 0, stderr);
  const list = () =>
    timed(async () => {
      assert.equal((await reviews.changes(id, signal)).length, changed);
    });
  const [first, again] = [[await list()], [] as number[]];
  for (let run = 0; run < runs; run++) again.push(await list());
  return { id, first, again };
}

/** What has a copy goes on with it. */
async function bringCopy(
  { setting, views, engines }: ReviewBench,
  id: string,
  folder: string,
): Promise<void> {
  const { signal } = setting;
  const engine = await engines.get(signal);
  const image = (await engine.inspectImage(setting.image))?.id;
  assert.ok(image);
  const { uid, gid, dev, ino } = await stat(folder, { bigint: true });
  const checked = { path: folder, ownerUid: Number(uid), ownerGid: Number(gid), device: dev, inode: ino };
  await views.prepare(id, checked);
  const operation = { signal, progress: () => undefined };
  await views.copies.bring({ engine, record: { id }, folder: checked, operation, image, hidden: [] });
}
