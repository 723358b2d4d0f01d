import { chmod, lstat, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { removeEntry } from './copies/mirrorFolders.ts';
import { mirrorForm, plainForm, type EntryForm } from './entryForm.ts';
import { fileIfAny } from './fileIfAny.ts';
import { OpenFolder, withFolder } from './openFolder.ts';
import { copyLayer } from './snapshots/copyLayer.ts';
import { LayerWriter } from './snapshots/layerWriter.ts';

/** Where this machine keeps what a workspace has written, and in which form. */
export interface KeptLayer {
  readonly name: 'upper' | 'mirror';
  readonly path: string;
  readonly form: EntryForm;
}

/** The layer of an overlay; `own` is where what belongs to the view is kept. */
export function upperIn(own: string): KeptLayer {
  return { name: 'upper', path: join(own, 'upper'), form: plainForm };
}

/** The mirror of a layer that an engine has. */
export function mirrorIn(own: string): KeptLayer {
  return { name: 'mirror', path: join(own, 'mirror'), form: mirrorForm };
}

/** The one of both that there is. */
export async function keptLayer(own: string): Promise<KeptLayer> {
  const mirror = mirrorIn(own);
  return (await fileIfAny(mirror.path)) ? mirror : upperIn(own);
}

/** Has what was written until now kept in the other form, where it is not in this one. Only for a view that is not mounted. */
export async function keepAs({ name, path, form }: KeptLayer, own: string): Promise<void> {
  const had = await keptLayer(own);
  if (had.name === name) return;
  const draft = `${path}.new`;
  await withFolder(OpenFolder.at(own), async (folder) => {
    for (const left of [`${name}.new`, `${had.name}.old`, name]) await removeEntry(folder, Buffer.from(left));
    await mkdir(draft, { mode: 0o700 });
    const writer = new LayerWriter({ path: draft, form }, `${draft}.mark`);
    await withFolder(openUpper(had), (layer) => copyLayer(layer, writer)).finally(() => writer.end());
    await rename(draft, path);
    // A part of it must not be taken for all that was written.
    await rename(had.path, `${had.path}.old`);
    await removeEntry(folder, Buffer.from(`${had.name}.old`));
  });
}

/**
 * Opens what a workspace has written, whose mode is the one that the workspace gives to all that it sees, where that keeps
 * whom it belongs to from it.
 */
export async function openUpper({ path, form }: Pick<KeptLayer, 'path' | 'form'>): Promise<OpenFolder> {
  const { mode } = await lstat(path);
  if (process.getuid?.() !== 0 && (mode & 0o700) !== 0o700) await chmod(path, (mode & 0o7777) | 0o700);
  return await OpenFolder.at(path, form);
}
