import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { CordonError, type ErrorCode } from '../shared/errors.ts';
import type { OpenLayer } from '../workspaces/engineViews.ts';
import { LayerBudget, usualLimits } from './copies/layerBudget.ts';
import { LayerPack } from './copies/layerPack.ts';
import { readLayer } from './copies/readLayer.ts';
import { isText } from './pathBytes.ts';

/** So often it is gone on behind a folder that hides what lies below; then they are asked about one by one. */
const mostSendings = 8;
/** Whatever these say, it is not about what was asked. */
const broken = new Set<ErrorCode>(['engineUnavailable', 'timeout', 'cancelled']);

/**
 * Finds which of these folders of an overlay's layer let show what lies below. The others hide it: they were removed and
 * made anew. An engine is the only one to know: below each folder lies a link to one place, and files that are sent by way
 * of these links arrive there until one is hidden. Where an engine refuses to tell, a folder counts as one that lets show.
 */
export async function mergedFolders(
  layer: OpenLayer,
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  // A folder comes before what is in it.
  const sorted = [...folders].sort();
  const links = new Links(layer, signal);
  await links.putBelow(sorted);
  const merged = new Set<string>();
  let rest: readonly string[] = sorted;
  for (let sendings = 0; rest.length > 0; sendings++) {
    signal?.throwIfAborted();
    const arrived = sendings < mostSendings ? await links.send(rest) : 0;
    for (const folder of rest.slice(0, arrived)) merged.add(folder);
    const [next, ...others] = rest.slice(arrived);
    if (next === undefined) break;
    const isShown = await links.isShown(next);
    if (isShown) merged.add(next);
    // Nothing that lies below shows through a folder that hides it, in whatever depth.
    rest = isShown ? others : others.filter((folder) => !folder.startsWith(`${next}/`));
  }
  return merged;
}

/** The name of a link below a folder, and the one of another link that leads from the top to the folder. */
interface Link {
  readonly name: string;
  readonly way: string;
}

/** Links below the folders of a layer. */
class Links {
  private readonly layer: OpenLayer;
  private readonly signal: AbortSignal | undefined;
  private readonly links = new Map<string, Link>();

  constructor(layer: OpenLayer, signal: AbortSignal | undefined) {
    this.layer = layer;
    this.signal = signal;
  }

  async putBelow(folders: readonly string[]): Promise<void> {
    // What the workspace cannot know it cannot have put there. A name of its own each, so that none is reached by way of
    // another folder.
    const secret = randomBytes(8).toString('hex');
    // A kernel follows no link of another user in a folder that all can write to, so each is in one that is not
    // (`fs.protected_symlinks`).
    for (const [index, folder] of folders.entries())
      this.links.set(folder, { name: `${secret}-${index}/link`, way: `${secret}-way-${index}` });
    const archive = LayerPack.archiveOf(async (packing) => {
      for (const [folder, { name, way }] of this.links) {
        const path = `${folder}/${name}`;
        await packing.linkTo(path, `${'../'.repeat(path.split('/').length)}place/upper`);
        if (!isText(folder)) await packing.linkTo(way, folder);
      }
    });
    await this.layer.putBelow(archive, this.signal);
  }

  /** Gives how many of these folders show their links, before the first one that may not. */
  async send(folders: readonly string[]): Promise<number> {
    const sending = randomBytes(4).toString('hex');
    const names = folders.map((_, index) => `${sending}-${index}`);
    const archive = LayerPack.archiveOf(async (packing) => {
      // `upper` is what archives that are read begin with.
      await packing.emptyFile(`place/upper/${sending}`);
      for (const [index, folder] of folders.entries())
        await packing.emptyFile(`shown/${folder}/${this.linkOf(folder).name}/${names[index]}`);
    });
    const sent = await this.layer.put(archive, this.signal).then(() => true, unlessRefused);
    if (sent && (await this.layer.has(`place/upper/${names.at(-1)}`))) return names.length;
    const arrived = new Set<string>();
    const budget = new LayerBudget(usualLimits);
    const read = readLayer(await this.layer.get('place/upper', this.signal), budget, this.signal);
    for await (const { names: [name] = [] } of read) if (name !== undefined) arrived.add(name);
    const firstMissing = names.findIndex((name) => !arrived.has(name));
    return firstMissing < 0 ? names.length : firstMissing;
  }

  async isShown(folder: string): Promise<boolean> {
    const { name, way } = this.linkOf(folder);
    // An engine cannot be told of a path that is no text.
    const path = `shown/${isText(folder) ? folder : way}/${name}`;
    const isShown = (await this.layer.has(path).catch(unlessRefused)) ?? true;
    // Nothing at all is there any more where somebody has removed what opens the layer.
    if (!isShown && !(await this.layer.has('place/upper'))) throw gone();
    return isShown;
  }

  private linkOf(folder: string): Link {
    const link = this.links.get(folder);
    if (!link) throw new TypeError('Only folders with a link below them can be asked about.');
    return link;
  }
}

/** The words of an engine can hold names that are not to be trusted, and so can what is made of them. */
function unlessRefused(error: unknown): undefined {
  const isRefusal = error instanceof CordonError && !broken.has(error.code);
  if (!isRefusal) throw error;
}

function gone(): CordonError {
  return new CordonError(
    'engineFailed',
    l10n.t('Something else removed what Cordon had made in the engine. Try again.'),
  );
}
