import { join } from 'node:path';
import type { Change } from '../change.ts';
import { isDenied, leadsNowhere } from '../fileErrors.ts';
import { mirrorIn } from '../keptLayer.ts';
import { withParent } from '../openFolder.ts';
import type { OpenView } from '../openViews.ts';
import { namesOf, pathBytes } from '../pathBytes.ts';
import { LayerWriter } from '../snapshots/layerWriter.ts';

/**
 * Marks in a mirror what is gone although nothing says so there: with a folder that was removed and made anew, which no
 * archive tells.
 */
export async function markGoneInMirror(
  changes: readonly Change[],
  view: Pick<OpenView, 'own' | 'upper'>,
): Promise<void> {
  const writer = new LayerWriter(mirrorIn(view.own), join(view.own, 'gone.mark'));
  try {
    for (const { path, kind } of changes)
      if (kind === 'deleted')
        await withParent(view.upper, namesOf(path), async (parent, name) => {
          if (!(await parent.look(name))) await writer.gone(pathBytes(path));
        }).catch(unlessHidden);
  } finally {
    await writer.end();
  }
}

/** What went with a folder around it needs no mark, and what cannot be marked stays as it is. */
function unlessHidden(error: unknown): void {
  if (!leadsNowhere(error) && !isDenied(error)) throw error;
}
