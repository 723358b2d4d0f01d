import * as fs from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { checkFolder, realFolder } from '../isolation/folderCheck.ts';
import { diskOf } from '../isolation/folderDisk.ts';
import { hostAddresses } from '../isolation/hostAddresses.ts';
import { replacedMount } from '../isolation/replacedMount.ts';
import { chooseUser } from '../isolation/workspaceUser.ts';
import { FolderWatch } from '../workspaces/folders/folderWatch.ts';
import type { Surroundings } from '../workspaces/surroundings.ts';
import { hostInterfaces } from './hostInterfaces.ts';
import { LocalDisk } from './localDisk.ts';
import { isOtherAlive, thisProcess } from './processIdentity.ts';

type OfMachine =
  | 'disk'
  | 'checkFolder'
  | 'realFolder'
  | 'checkMounts'
  | 'chooseUser'
  | 'owner'
  | 'isAlive'
  | 'platform'
  | 'hostAddresses'
  | 'watchFolder';

/** What the core needs of the machine that this process runs on: its files, its person, its processes and its networks. */
export const localMachine: Pick<Surroundings, OfMachine> = {
  disk: new LocalDisk(),
  checkFolder: async (folder, engine) => {
    const checked = await checkFolder(folder, {
      fileSystem: fs,
      platform: process.platform,
      home: homedir(),
      env: process.env,
      engineDataFolder: engine?.dataFolder,
      engineSocket: engine?.endpoint.startsWith('unix://')
        ? engine.endpoint.slice('unix://'.length)
        : undefined,
    });
    const disk = process.platform === 'linux' ? await diskOf(checked.device, fs) : undefined;
    return disk === undefined ? checked : { ...checked, disk };
  },
  realFolder: (uri) => realFolder(uri, { fileSystem: fs, platform: process.platform }),
  checkMounts: (container, mounts) => replacedMount(container, mounts, fs),
  chooseUser: (folder, engine) => {
    const { uid, gid } = userInfo();
    return chooseUser({
      platform: process.platform,
      person: uid < 0 ? undefined : { uid, gid },
      folderOwner: { uid: folder.ownerUid, gid: folder.ownerGid },
      rootlessEngine: engine.rootless,
    });
  },
  owner: thisProcess,
  isAlive: isOtherAlive,
  platform: process.platform,
  hostAddresses: () => hostAddresses(hostInterfaces()),
  watchFolder: (root, rules, log) => new FolderWatch(root, rules, process.platform, log),
};
