import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { composeReviews } from '../../src/review/composeReviews.ts';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { testEngine } from './engine.ts';
import { ownedByPerson } from './folders.ts';
import { workspacesOnEngine } from './workspacesOnEngine.ts';
import { copyRules } from './copyRules.ts';

export type ReviewOnEngine = Awaited<ReturnType<typeof reviewOnEngine>>;

/** A workspace in review mode that runs on a folder with these files, on the real engine. */
export async function reviewOnEngine(
  files: Readonly<Record<string, string>>,
  { image = 'cordon-test/tiny:local', excluded = [] as readonly string[] } = {},
) {
  const engine = await testEngine();
  const parent = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
  await fs.chmod(parent, 0o755);
  const folder = join(parent, 'project');
  await fs.mkdir(folder);
  for (const [path, text] of Object.entries(files)) {
    await fs.mkdir(join(folder, dirname(path)), { recursive: true });
    await fs.writeFile(join(folder, path), text);
  }
  await ownedByPerson(folder);
  const views = new ViewFolders(join(parent, 'kept'), copyRules);
  const core = workspacesOnEngine(engine.connection, undefined, { viewFiles: views });
  const { reviews, merges, snapshots, sync } = composeReviews(core.reviewGround, views, () => excluded);
  const { id } = await core.service.create({
    name: 'review',
    folder,
    image,
    mount: 'review',
    network: 'none',
  });
  const isCopy = views.copies.has(id);
  return {
    ...{ engine, core, reviews, merges, snapshots, sync, views, folder, id },
    /** Whether the engine sees no folder of a test, so that the workspace works on a copy. */
    isCopy,
    /** Runs a shell line inside, which must not fail. */
    sh: async (line: string, user?: string) => {
      const { exitCode, stdout, stderr } = await core.service.exec(id, ['sh', '-c', line], {
        ...(user !== undefined && { user }),
      });
      assert.equal(exitCode, 0, stderr);
      return stdout;
    },
    dispose: async () => {
      for (const workspace of core.service.list()) await core.service.remove(workspace.id);
      core.dispose();
      await engine.dispose();
      await fs.rm(parent, { recursive: true });
    },
  };
}
