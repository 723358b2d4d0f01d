import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../../shared/errors.ts';
import type { Change } from '../change.ts';
import { mirrorForm, type EntryForm } from '../entryForm.ts';
import { fileIfAny } from '../fileIfAny.ts';
import { isMissing } from '../fileErrors.ts';
import { mirrorIn } from '../keptLayer.ts';
import { KnownPaths, type ExpectedPath } from '../knownPaths.ts';
import { OpenFolder, withFolder } from '../openFolder.ts';
import type { OpenView } from '../openViews.ts';
import { removeOurs } from '../removeView.ts';
import { copyChanges, copyLayer } from './copyLayer.ts';
import { readExpected, writeExpected } from './expectedPaths.ts';
import { LayerWriter } from './layerWriter.ts';

const stored = z.strictObject({ name: z.string(), at: z.string(), changes: z.int() });
const idGrammar = /^[0-9a-f]{16}$/;
/** What a workspace keeps of itself must not fill the disk. */
const mostBytes = 8 * 1024 ** 3;
const mostSnapshots = 50;

/** A point of a workspace that has a name. */
export interface Snapshot {
  readonly id: string;
  readonly name: string;
  /** As ISO 8601. */
  readonly at: string;
  /** How many changes it holds. */
  readonly changes: number;
}

/** The snapshots of one workspace, which go with what is kept of it. Each has the form of a mirror. */
export class Snapshots {
  private readonly own: string;
  private readonly root: string;

  /** `own` is where what belongs to a view is kept. */
  constructor(own: string) {
    this.own = own;
    this.root = join(own, 'snapshots');
  }

  /** Newest first; what was not finished is none. */
  async list(): Promise<readonly Snapshot[]> {
    const ids = (await readdir(this.root).catch(() => [])).filter((id) => idGrammar.test(id));
    const all = await Promise.all(ids.map((id) => this.read(id)));
    return all.flatMap((each) => each ?? []).sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  /** Gives the paths that could not be read, too. What a killed process left half taken is removed: nobody else may take one. */
  async take(
    name: string,
    changes: readonly Change[],
    { upper, known }: Pick<OpenView, 'upper' | 'known'>,
    signal?: AbortSignal,
  ): Promise<{ readonly snapshot: Snapshot; readonly leftOut: readonly string[] }> {
    const bytes = changes.reduce((sum, { size = 0, blocker }) => sum + (blocker ? 0 : size), 0);
    if (bytes > mostBytes || (await this.list()).length >= mostSnapshots) throw tooMuch();
    for (const name of await readdir(this.root).catch(() => []))
      if (name.endsWith('.new')) await removeOurs(join(this.root, name));
    const id = randomBytes(8).toString('hex');
    const draft = join(this.root, `${id}.new`);
    await mkdir(join(draft, 'upper'), { recursive: true, mode: 0o700 });
    try {
      const layer = { path: join(draft, 'upper'), form: mirrorForm };
      const leftOut = await this.write(layer, (writer) => copyChanges(changes, upper, writer, signal));
      const about = { name, at: new Date().toISOString(), changes: changes.length - leftOut.length };
      await writeExpected(draft, changes, known);
      await writeFile(join(draft, 'about.json'), JSON.stringify(about));
      await rename(draft, join(this.root, id));
      return { snapshot: { id, ...about }, leftOut };
    } catch (error) {
      await removeOurs(draft);
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await removeOurs(await this.folderOf(id));
  }

  /** Makes a layer from a snapshot in a folder that is not there yet. */
  async restore(
    id: string,
    to: { readonly path: string; readonly form: EntryForm },
    signal?: AbortSignal,
  ): Promise<void> {
    const from = join(await this.folderOf(id), 'upper');
    await removeOurs(to.path);
    await mkdir(to.path, { mode: 0o700 });
    await withFolder(OpenFolder.at(from, mirrorForm), (layer) =>
      this.write(to, (writer) => copyLayer(layer, writer, signal)),
    );
  }

  /** What the folder had when a snapshot was taken, at the paths of its changes. */
  async expected(id: string): Promise<readonly (readonly [string, ExpectedPath])[]> {
    return await readExpected(await this.folderOf(id));
  }

  /** Makes the view of another workspace from a snapshot: nothing may be kept of that one yet. */
  async restoreInto(id: string, own: string, signal?: AbortSignal): Promise<void> {
    if (await fileIfAny(own))
      throw new CordonError('conflict', l10n.t('The workspace was started meanwhile. Try again.'));
    await this.folderOf(id);
    await mkdir(own, { recursive: true, mode: 0o700 });
    try {
      // What the person changed since then is a conflict there as it is here.
      await copyFile(join(this.own, 'baseline.json'), join(own, 'baseline.json'));
      const known = await KnownPaths.load(this.own);
      await known.withoutAccepted(own, await this.expected(id)).save();
      const { path, form } = mirrorIn(own);
      await this.restore(id, { path: `${path}.new`, form }, signal);
      await rename(`${path}.new`, path);
    } catch (error) {
      await removeOurs(own);
      throw error;
    }
  }

  private async write<T>(
    layer: { readonly path: string; readonly form: EntryForm },
    work: (writer: LayerWriter) => Promise<T>,
  ): Promise<T> {
    const writer = new LayerWriter(layer, `${layer.path}.mark`);
    try {
      return await work(writer);
    } finally {
      await writer.end();
    }
  }

  private async folderOf(id: string): Promise<string> {
    if (idGrammar.test(id) && (await this.read(id))) return join(this.root, id);
    throw new CordonError('invalidRequest', l10n.t('There is no such snapshot any more.'));
  }

  private async read(id: string): Promise<Snapshot | undefined> {
    const text = await readFile(join(this.root, id, 'about.json'), 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    return text === undefined ? undefined : { id, ...z.parse(stored, JSON.parse(text)) };
  }
}

function tooMuch(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t('A workspace can have {0} snapshots, each of 8 GiB at most.', mostSnapshots),
  );
}
