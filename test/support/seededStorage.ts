import { pathToFileURL } from 'node:url';
import { profiles } from '../../src/isolation/profiles.ts';
import { storageKeys } from '../../src/workspaces/recordStorage.ts';
import { recordSchemaVersion, type WorkspaceRecord } from '../../src/workspaces/workspaceRecord.ts';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';
import { MemoryStorage } from './memoryStorage.ts';

interface Seed {
  /** An absolute path. */
  readonly folder: string;
  readonly image: string;
}

/** A storage that knows this many workspaces, none of which has a container. */
export async function seededStorage(count: number, seed: Seed): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await seedStorage(storage, count, seed);
  return storage;
}

/** Lets a storage know this many workspaces, and returns them. */
export async function seedStorage(
  storage: WorkspaceStorage,
  count: number,
  { folder, image }: Seed,
): Promise<readonly WorkspaceRecord[]> {
  const at = new Date().toISOString();
  const workspaces: readonly WorkspaceRecord[] = Array.from({ length: count }, (_, index) => ({
    id: crypto.randomUUID().replaceAll('-', ''),
    name: `known ${index}`,
    folder: pathToFileURL(folder).href,
    status: 'inactive',
    image,
    profile: 'standard',
    network: 'open',
    mount: 'live',
    limits: profiles.standard.limits,
    env: {},
    createdAt: at,
    updatedAt: at,
    statusAt: at,
  }));
  await storage.write(storageKeys.workspaces, { schema: recordSchemaVersion, workspaces });
  return workspaces;
}
