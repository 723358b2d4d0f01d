import { pathToFileURL } from 'node:url';
import { storageKeys } from '../../src/workspaces/recordStorage.ts';
import { recordSchemaVersion, type WorkspaceRecord } from '../../src/workspaces/workspaceRecord.ts';
import { MemoryStorage } from '../support/memoryStorage.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';

/** A storage that knows this many workspaces, none of which has a container. */
export async function seededStorage(
  count: number,
  setting: Pick<BenchSetting, 'folder' | 'image'>,
): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const at = new Date().toISOString();
  const workspaces: readonly WorkspaceRecord[] = Array.from({ length: count }, (_, index) => ({
    id: crypto.randomUUID().replaceAll('-', ''),
    name: `known ${index}`,
    folder: pathToFileURL(setting.folder).href,
    status: 'inactive',
    image: setting.image,
    profile: 'standard',
    network: 'open',
    mount: 'live',
    limits: benchLimits,
    env: {},
    createdAt: at,
    updatedAt: at,
  }));
  await storage.write(storageKeys.workspaces, { schema: recordSchemaVersion, workspaces });
  return storage;
}
