import { pathToFileURL } from 'node:url';
import { openStandard } from './openStandard.ts';
import { composeWorkspaces } from '../../src/workspaces/composeWorkspaces.ts';
import type { Surroundings } from '../../src/workspaces/surroundings.ts';
import { execMark } from '../../src/workspaces/monitor/sharedMarks.ts';
import type { FolderScan } from '../../src/isolation/folderScan.ts';
import { FakeViewFiles } from './fakeViewFiles.ts';
import { FakeEngine } from './fakeEngine.ts';
import { MemoryLog } from './memoryLog.ts';
import { FakeDisk, MemoryMarks, MemorySecurityLogStorage, MemorySleepNotes } from './memorySecurity.ts';
import { MemorySecrets } from './memorySecrets.ts';
import { MemoryStorage } from './memoryStorage.ts';

/** A folder that exists only for tests of the core. */
export const folder = pathToFileURL('/projects/demo').href;

/** A folder in which nothing is protected or hidden. */
export const emptyScan: FolderScan = {
  readOnly: [],
  masked: [],
  pinned: [],
  links: [],
  unchecked: [],
  unnameable: [],
  protectedLinks: [],
};

/** The core on an engine and a storage in memory. */
export function workspacesOnFake(
  overrides: Partial<Surroundings> & { engine?: FakeEngine; memory?: MemoryStorage } = {},
) {
  const engine = overrides.engine ?? new FakeEngine();
  const storage = overrides.memory ?? new MemoryStorage();
  const log = new MemoryLog();
  const marks = overrides.marks ?? new MemoryMarks();
  const securityLogStorage = new MemorySecurityLogStorage();
  const secretStore = new MemorySecrets();
  const disk = new FakeDisk();
  engine.announceExec = async (execId) => {
    await marks.leave(execMark(execId));
  };
  const workspaces = composeWorkspaces({
    storage,
    securityLogStorage,
    secretStore,
    marks,
    disk,
    engines: engine,
    checkMounts: () => Promise.resolve(undefined),
    checkFolder: (uri) =>
      Promise.resolve({
        path: new URL(uri).pathname,
        ownerUid: 1000,
        ownerGid: 1000,
        device: 1n,
        inode: 2n,
        disk: '/dev/sda',
      }),
    realFolder: (uri) => Promise.resolve(new URL(uri).pathname),
    chooseUser: () => ({ uid: 1000, gid: 1000 }),
    defaults: () => ({ image: 'tiny:local', profile: 'standard', limits: {}, operationTimeoutMs: 5000 }),
    profileOf: openStandard,
    owner: 1,
    isAlive: () => false,
    platform: 'linux',
    hostAddresses: () => ['192.0.2.1'],
    scanFolder: () => Promise.resolve(emptyScan),
    watchFolder: () => ({
      onDidChange: () => ({ dispose: () => undefined }),
      isComplete: true,
      isCached: true,
      current: () => Promise.resolve(emptyScan),
      dispose: () => undefined,
    }),
    viewFiles: new FakeViewFiles(),
    pathPatterns: () => ({ protectedPaths: [], hiddenPaths: [] }),
    isOpenHere: () => true,
    onDidChangeOpenFolders: () => ({ dispose: () => undefined }),
    sleepNotes: new MemorySleepNotes(),
    idleRules: () => ({ action: 'off', afterMs: 60_000, sampleEveryMs: 60_000, onWindowClose: 'keep' }),
    portRules: () => [],
    onDidChangePortRules: () => ({ dispose: () => undefined }),
    egress: () => ({ presets: [], allow: [], deny: [], proxyImage: 'proxy:local' }),
    onDidChangeEgress: () => ({ dispose: () => undefined }),
    keepTerminalsMs: () => 0,
    cleanUpAgeMs: () => 30 * 86_400_000,
    onDidChangeIdleRules: () => ({ dispose: () => undefined }),
    quarantineFolder: '/nowhere',
    log,
    ...overrides,
  });
  return { ...workspaces, engine, storage, log, securityLogStorage, secretStore, disk };
}

/** The code of the error that a promise rejects with, or `resolved`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
