import { mirrorForm } from '../../src/review/entryForm.ts';
import { folderState } from './folderState.ts';
import type { ReviewOnEngine } from './reviewOnEngine.ts';

/** All that a workspace has written, as this machine keeps it, by the paths that it has inside. */
export async function writtenState({
  views,
  id,
  isCopy,
}: Pick<ReviewOnEngine, 'views' | 'id' | 'isCopy'>): Promise<Readonly<Record<string, string>>> {
  const states = await folderState(views.written(id));
  const nameOf = (name: string) => String(mirrorForm.fromDisk(Buffer.from(name)));
  const pathOf = (path: string) => (isCopy ? path.split('/').map(nameOf).join('/') : path);
  return Object.fromEntries(Object.entries(states).map(([path, state]) => [pathOf(path), state]));
}
