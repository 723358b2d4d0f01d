import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckedFolder } from '../../src/isolation/folderCheck.ts';
import type { Change } from '../../src/review/change.ts';
import { composeReviews } from '../../src/review/composeReviews.ts';
import type { LeftBehind } from '../../src/review/notTakenBack.ts';
import { OpenFolder, withFolder } from '../../src/review/openFolder.ts';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import type { ContainerEngine } from '../../src/workspaces/containerEngine.ts';
import type { OpenLayer } from '../../src/workspaces/engineViews.ts';
import type { ImageFacts } from '../../src/workspaces/engineImages.ts';
import type { ReviewGround } from '../../src/workspaces/views/reviewGround.ts';
import type { WorkspaceRecord } from '../../src/workspaces/workspaceRecord.ts';
import { copyRules } from './copyRules.ts';
import { archiveOf, readEntries } from './tarEntries.ts';

const id = 'a'.repeat(32);
const record = { id, name: 'review', image: '', mount: 'review' } as WorkspaceRecord;

/** The clock that stamps files is not finer, and what is not older than the view is in conflict. */
const clockTickMs = 20;

export type ReviewOnDisk = ReturnType<typeof reviewOnDisk>;

/** A layer of which no folder was removed and made anew: whatever is sent by way of what lies below arrives. */
function mergedLayer(): OpenLayer {
  let arrived: readonly string[] = [];
  return {
    putBelow: async (archive) => {
      await readEntries(archive);
    },
    put: async (archive) => {
      arrived = Object.keys(await readEntries(archive)).map((name) => basename(name));
    },
    get: () =>
      Promise.resolve(
        archiveOf(arrived.map((name) => ({ name: `upper/${name}`, type: 'file', content: Buffer.alloc(0) }))),
      ),
    has: () => Promise.resolve(true),
  };
}

/** The review of a workspace that has its folder and its view in plain folders below `parent`, and needs no engine. */
export function reviewOnDisk(parent: string, signal = new AbortController().signal) {
  const views = new ViewFolders(join(parent, 'kept'), copyRules);
  const path = join(parent, 'project');
  const folder = () =>
    withFolder(OpenFolder.at(path), ({ stats: { dev, ino, uid, gid } }) =>
      Promise.resolve<CheckedFolder>({
        ...{ path, device: dev, inode: ino, ownerUid: Number(uid), ownerGid: Number(gid) },
      }),
    );
  const ground: Partial<ReviewGround> = {
    record: () => record,
    containerId: () => 'container',
    patterns: () => ({ protectedPaths: [], hiddenPaths: [] }),
    engine: () =>
      Promise.resolve({
        hasPath: () => Promise.resolve(true),
        inspectImage: () => Promise.resolve({ id: 'sha256:1' } as ImageFacts),
        withLayer: (_, __, work) => work(mergedLayer()),
      } as Partial<ContainerEngine> as ContainerEngine),
    folder,
    run: (_, __, ___, work) => work({ signal, progress: () => undefined, check: () => undefined }),
    whileStill: (_, __, ___, work) => work(),
    owner: process.pid,
    isAlive: () => false,
  };
  const { reviews, onDidLeaveBehind } = composeReviews(ground as ReviewGround, views);
  const left: LeftBehind[] = [];
  onDidLeaveBehind((each) => left.push(each));
  return {
    ...{ parent, path },
    inFolder: (name: string) => join(path, name),
    inUpper: (name: string) => join(views.places(id).upper, name),
    /** What is kept of it. */
    own: views.folderOf(id),
    /** What was told of accepts that could not be taken back as a whole. */
    left,
    /** Gives the workspace its view of what the folder has by now. */
    prepare: async () => {
      await delay(clockTickMs);
      await views.prepare(id, await folder());
    },
    changes: () => reviews.changes(id),
    /** What is dangerous, too. */
    acceptAll: async () =>
      reviews.accept(
        id,
        (await reviews.changes(id)).map(({ path: each }) => each),
      ),
    accept: (paths: readonly string[]) => reviews.accept(id, paths),
    /** What a window does whose rows these are. */
    acceptSeen: (seen: readonly Change[]) => reviews.accept(id, undefined, { seen }),
    /** What the workspace has, as a comparison shows it. */
    shown: async (path: string) => {
      const content = await reviews.side(id, path, 'workspace');
      return content.kind === 'text' ? content.bytes.toString() : content.kind;
    },
    undo: (at?: string) => reviews.undoAccept(id, { at }),
    /** As the next activation does. */
    recover: () => reviews.recover(),
  };
}
