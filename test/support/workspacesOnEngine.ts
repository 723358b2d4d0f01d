import * as fs from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostInterfaces } from '../../src/vscode/hostInterfaces.ts';
import { checkFolder, realFolder } from '../../src/isolation/folderCheck.ts';
import { hostAddresses } from '../../src/isolation/hostAddresses.ts';
import { diskOf } from '../../src/isolation/folderDisk.ts';
import { openStandard } from './openStandard.ts';
import { replacedMount } from '../../src/isolation/replacedMount.ts';
import { scanFolder } from './scanFolder.ts';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { chooseUser } from '../../src/isolation/workspaceUser.ts';
import { composeWorkspaces } from '../../src/workspaces/composeWorkspaces.ts';
import type { Surroundings } from '../../src/workspaces/surroundings.ts';
import type { EngineSource } from '../../src/workspaces/containerEngine.ts';
import { FolderWatch } from '../../src/workspaces/folders/folderWatch.ts';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';
import { LocalDisk } from '../../src/vscode/localDisk.ts';
import { testMarks } from './engine.ts';
import { hostPid } from './hostPid.ts';
import { MemoryLog } from './memoryLog.ts';
import { MemorySecurityLogStorage, MemorySleepNotes } from './memorySecurity.ts';
import { MemorySecrets } from './memorySecrets.ts';
import { MemoryStorage } from './memoryStorage.ts';
import { size } from './soak.ts';
import { copyRules } from './copyRules.ts';

/** The core on a real engine, with the folder check and the choice of user of this machine. */
export function workspacesOnEngine(
  engines: EngineSource,
  storage: WorkspaceStorage = new MemoryStorage(),
  overrides: Partial<Surroundings> = {},
) {
  const log = new MemoryLog();
  const workspaces = composeWorkspaces({
    storage,
    securityLogStorage: new MemorySecurityLogStorage(),
    secretStore: new MemorySecrets(),
    marks: testMarks,
    disk: new LocalDisk(),
    engines,
    checkFolder: async (folder, engine) => {
      const checked = await checkFolder(folder, {
        fileSystem: fs,
        platform: process.platform,
        home: homedir(),
        env: process.env,
        engineDataFolder: engine?.dataFolder,
        engineSocket: undefined,
      });
      const disk = await diskOf(checked.device, fs);
      return disk === undefined ? checked : { ...checked, disk };
    },
    realFolder: (uri) => realFolder(uri, { fileSystem: fs, platform: process.platform }),
    checkMounts: async (container, mounts) =>
      await replacedMount({ id: container.id, pid: await hostPid(container) }, mounts, fs),
    chooseUser: (folder, engine) =>
      chooseUser({
        platform: process.platform,
        person: { uid: process.getuid!(), gid: process.getgid!() },
        folderOwner: { uid: folder.ownerUid, gid: folder.ownerGid },
        rootlessEngine: engine.rootless,
      }),
    defaults: () => ({
      image: 'cordon-test/tiny:local',
      profile: 'standard',
      limits: { memoryMiB: 256, pids: 128, tmpMiB: 16, cpus: 1 },
      operationTimeoutMs: size(60_000, 600_000),
    }),
    profileOf: openStandard,
    owner: process.pid,
    isAlive: () => false,
    platform: process.platform,
    hostAddresses: () => hostAddresses(hostInterfaces()),
    scanFolder,
    watchFolder: (root, rules, output) => new FolderWatch(root, rules, process.platform, output),
    pathPatterns: () => ({ protectedPaths: [], hiddenPaths: [] }),
    isOpenHere: () => true,
    onDidChangeOpenFolders: () => ({ dispose: () => undefined }),
    sleepNotes: new MemorySleepNotes(),
    idleRules: () => ({ action: 'off', afterMs: 60_000, sampleEveryMs: 60_000, onWindowClose: 'keep' }),
    portRules: () => [],
    onDidChangePortRules: () => ({ dispose: () => undefined }),
    egress: () => ({ presets: [], allow: [], deny: [], proxyImage: 'cordon-test/squid:local' }),
    onDidChangeEgress: () => ({ dispose: () => undefined }),
    keepTerminalsMs: () => 0,
    cleanUpAgeMs: () => 30 * 86_400_000,
    onDidChangeIdleRules: () => ({ dispose: () => undefined }),
    viewFiles: new ViewFolders(join(tmpdir(), `cordon-test-review-${process.pid}`), copyRules),
    quarantineFolder: join(tmpdir(), `cordon-test-quarantine-${process.pid}`),
    log,
    ...overrides,
  });
  return { ...workspaces, storage, log };
}

/** A new folder with one file, owned by an ordinary user where this process is root. */
export async function temporaryFolder(name = 'project'): Promise<string> {
  const parent = await fs.mkdtemp(join(tmpdir(), 'cordon-test-'));
  await fs.chmod(parent, 0o755);
  const folder = join(parent, name);
  await fs.mkdir(folder);
  await fs.writeFile(join(folder, 'hello.txt'), 'hello\n');
  if (process.getuid!() === 0)
    for (const path of [folder, join(folder, 'hello.txt')]) await fs.chown(path, 1000, 1000);
  return folder;
}
