import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import type { OpenCopy } from '../../workspaces/engineCopies.ts';
import type { CopyOrder } from '../../workspaces/views/viewCopies.ts';
import { notAble } from '../../workspaces/views/reviewViews.ts';
import { KnownPaths } from '../knownPaths.ts';
import { keepAs, mirrorIn, openUpper } from '../keptLayer.ts';
import { OpenFolder, withFolder } from '../openFolder.ts';
import { settle } from '../sync/settle.ts';
import { CopiedPaths } from './copiedPaths.ts';
import {
  copyPlaces,
  forgetCopyState,
  layers,
  madeMark,
  readCopyState,
  writeCopyState,
  type CopyState,
} from './copyState.ts';
import { elsewhere, madeByAnother } from './elsewhere.ts';
import { folderEntries } from './folderEntries.ts';
import { LayerPack } from './layerPack.ts';
import type { LeftOut } from './leftOut.ts';
import { putChanges } from './putChanges.ts';
import { pullMirror, pushMirror } from './upperMirror.ts';

/** Where what belongs to a view is kept on this machine, and what is left out of its copy. */
export interface CopyGround {
  readonly own: string;
  readonly isLeftOut: LeftOut;
}

/** Has the engine hold the folder as it is now; begins the copy, goes on with it, or brings it up to date. */
export async function bringCopy(order: CopyOrder, { own, isLeftOut }: CopyGround): Promise<void> {
  const { engine, record, image, operation, folder } = order;
  operation.progress(l10n.t('Copying the folder to the engine'));
  const hidden = [...order.hidden];
  const known = await knownCopy(order, own);
  await keepAs(mirrorIn(own), own);
  let state: CopyState = known ? { ...known, hidden } : await beginCopy(order, own);
  await engine.withCopy(record.id, image, (copy) =>
    withFolder(OpenFolder.at(folder.path), async (opened) => {
      const copied = await CopiedPaths.load(own);
      const wanted = async () => await folderEntries(opened, isLeftOut, operation.signal);
      if (!state.isWhole) {
        await putChanges({ copy, folder: opened, copied, operation, layer: 'first' }, await wanted());
        // From here on the layer above may hide what is put into this one.
        state = { ...state, isWhole: true };
        await writeCopyState(own, state);
      }
      await putChanges({ copy, folder: opened, copied, operation, layer: 'later' }, await wanted());
      await copied.compact();
      if (state.isMirrorNewer) await pushMirror(copy, own, folder, operation.signal);
      await settleCopy(copy, own, opened, operation.signal);
      await writeCopyState(own, { ...state, isMirrorNewer: false });
    }),
  );
}

/** The folder itself is shown in place of what was brought into the view. A mirror may not tell all that is in a folder. */
async function settleCopy(
  copy: OpenCopy,
  own: string,
  lower: OpenFolder,
  signal: AbortSignal,
): Promise<void> {
  const known = await KnownPaths.load(own);
  if (known.brought().length === 0) return;
  const unseen = await pullMirror(copy, own, signal);
  await withFolder(openUpper(mirrorIn(own)), (upper) =>
    settle(
      { upper, lower, known },
      {
        takeOut: async (path, isFolder) =>
          isFolder && unseen > 0 ? false : await copy.remove(`${layers.upper}/${path}`, signal),
      },
    ),
  );
}

/**
 * What is known of the copy, where the engine has it. Rejects with `conflict` where another engine does, or where the engine
 * has one of somebody else's making.
 */
async function knownCopy({ engine, record, image }: CopyOrder, own: string): Promise<CopyState | undefined> {
  const state = readCopyState(own);
  if ((await engine.listCopies()).includes(record.id)) {
    const place = await engine.prepareCopy(record.id);
    const known = await engine.withCopy(record.id, image, async (copy) => {
      if (state && (await copy.has(state.mark))) {
        if (!(await copy.has(madeMark))) await putMark(copy);
        return state;
      }
      // An engine that has lost the way to it has not lost the copy.
      if (!(await copy.has(''))) throw interrupted();
      if (await copy.has(madeMark)) throw madeByAnother();
      return undefined;
    });
    if (known) return { ...known, place, endpoint: engine.info.endpoint };
  }
  if (state && state.endpoint !== engine.info.endpoint) throw elsewhere(state.endpoint);
  return undefined;
}

/** Makes an empty copy, over whatever an earlier one left, and tries whether the engine mounts a view of it. */
async function beginCopy(
  { engine, record, image, folder, hidden }: CopyOrder,
  own: string,
): Promise<CopyState> {
  await CopiedPaths.forget(own);
  const draft = {
    ...{ endpoint: engine.info.endpoint, place: '', mark: `mark-${randomBytes(8).toString('hex')}` },
    ...{ isWhole: false, isMirrorNewer: true, hidden: [...hidden] },
  };
  // Whoever comes after a kill must know that there may be a copy.
  await writeCopyState(own, draft);
  await engine.removeCopy(record.id);
  const state: CopyState = { ...draft, place: await engine.prepareCopy(record.id) };
  await writeCopyState(own, state);
  await withFolder(OpenFolder.at(folder.path), (opened) =>
    engine.withCopy(record.id, image, (copy) => putLayers(copy, opened, state.mark)),
  );
  if (await engine.canMountView(copyPlaces(state), '', image)) return state;
  await engine.removeCopy(record.id);
  await forgetCopyState(own);
  throw notAble();
}

/** Each layer has the owner and the mode of the folder itself. */
async function putLayers(copy: OpenCopy, folder: OpenFolder, mark: string): Promise<void> {
  await copy.put(
    LayerPack.archiveOf(async (packing) => {
      for (const name of Object.values(layers)) await packing.folder(name, folder.stats);
      await packing.emptyFile(mark);
      await packing.emptyFile(madeMark);
    }),
  );
}

/** A copy of an earlier version has none. */
async function putMark(copy: OpenCopy): Promise<void> {
  await copy.put(LayerPack.archiveOf((packing) => packing.emptyFile(madeMark)));
}

function interrupted(): CordonError {
  return new CordonError('conflict', l10n.t('The copy of the folder could not be looked at. Try again.'));
}
