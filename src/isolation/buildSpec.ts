import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { BindMount, ContainerSpec, NetworkSpec, TmpfsMount, ViewVolumeSpec } from './containerSpec.ts';
import { engineName, hostName } from './engineNames.ts';
import { folderView } from './folderView.ts';
import { parseImageUser } from './imageUser.ts';
import { imageVolumeTargets, workspaceFolder } from './imageVolumes.ts';
import type { IsolationRequest } from './isolationRequest.ts';
import { labels, labelsSchema } from './labels.ts';
import { mainCommand } from './mainProcess.ts';
import { isCutOff } from './profile.ts';
import { secretsPlace } from './secretsPlace.ts';
import { specFingerprint } from './specFingerprint.ts';
import { maskedSystemPaths, readOnlySystemPaths } from './systemPaths.ts';
import { userText } from './workspaceUser.ts';

/** The home folder of every container, writable and in memory. Not below /home, which an image may have closed. */
const homeFolder = '/cordon';

/** What the engine runs every minute in a container with our own main process. */
export const healthcheckCommand: readonly string[] = ['sleep', '0'];

/** The specification of a workspace's container. Throws `invalidRequest` for what cannot be isolated. */
export function buildContainerSpec(request: IsolationRequest): ContainerSpec {
  const { profile } = request;
  const { capabilities, readOnlyRoot, seccomp, runtime, sharedMemoryMiB, openFiles, coreBytes } = profile;
  const { cpus, memoryMiB, pids } = request.limits;
  const command = mainCommand(request.mainProcess);
  const spec = {
    workspaceId: request.id,
    name: engineName(request.name, request.id),
    image: request.image,
    hostname: hostName(request.name),
    ...(command && { command, healthcheck: healthcheckCommand }),
    user: userOf(request),
    workingFolder: workspaceFolder,
    env: environmentOf(request),
    mounts: mountsOf(request),
    ...viewOf(request),
    readOnlyPaths: [...readOnlySystemPaths, ...request.protection.readOnly.map(inContainer)],
    maskedPaths: [
      ...maskedSystemPaths(request.engineCpus ?? 0),
      ...request.protection.masked.map(inContainer),
    ],
    tmpfs: tmpfsOf(request),
    readOnlyRoot,
    capabilities,
    seccomp,
    runtime,
    limits: {
      cpus: Math.min(cpus, request.engineCpus ?? cpus),
      memoryMiB,
      pids,
      sharedMemoryMiB,
      openFiles,
      coreBytes,
    },
    disk: {
      readMiBps: profile.diskReadMiBps,
      writeMiBps: profile.diskWriteMiBps,
      devices: request.diskDevices ?? [],
    },
    network: request.network === 'none' ? ('none' as const) : ('own' as const),
    looksUpNames: request.network === 'open',
    ipv6: false,
  };
  return { ...spec, labels: { ...labelsOf(request), [labels.spec]: specFingerprint(spec) } };
}

/** The specification of a workspace's own network; none for a workspace without a network. */
export function buildNetworkSpec(request: IsolationRequest): NetworkSpec | undefined {
  if (request.network === 'none') return undefined;
  return {
    workspaceId: request.id,
    name: engineName(request.name, request.id),
    labels: labelsOf(request),
    isolated: isCutOff(request.network),
  };
}

/** The specification of the volume that mounts the view of a workspace; none for one that has the folder itself. */
export function buildViewVolumeSpec(request: IsolationRequest): ViewVolumeSpec | undefined {
  const { view } = viewOf(request);
  if (!view) return undefined;
  const { [labels.record]: record, ...own } = labelsOf(request);
  return { view, labels: own };
}

/** Whoever writes into the folder must be the person: a setuid file of root's there would make the host's root of anybody. */
function userOf({ profile, user, imageUser, mount }: IsolationRequest): ContainerSpec['user'] {
  if (profile.user === 'person') return user;
  if (imageUser === undefined)
    throw new CordonError(
      'invalidRequest',
      l10n.t('The user of the image is not known, because the engine does not have the image any more.'),
    );
  const ofImage = parseImageUser(imageUser);
  const isPerson = user.uid === 0 || ('uid' in ofImage && ofImage.uid === user.uid);
  if (mount !== 'live' || isPerson) return ofImage;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'The profile lets the image choose its user ({0}), whose files in your folder would not be yours. Mount the folder "readonly", or choose another profile.',
      userText(ofImage),
    ),
  );
}

function labelsOf({ id, name, record }: IsolationRequest): Record<string, string> {
  return {
    [labels.managed]: 'true',
    [labels.workspaceId]: id,
    [labels.workspaceName]: name,
    [labels.record]: JSON.stringify(record),
    [labels.schema]: labelsSchema,
  };
}

/** The same with and without a way out, so that a container stays when that changes. */
function environmentOf({ id, name, env }: IsolationRequest): Record<string, string> {
  return {
    HOME: homeFolder,
    USER: 'cordon',
    LANG: 'C.UTF-8',
    ...env,
    CORDON_WORKSPACE_ID: id,
    CORDON_WORKSPACE_NAME: name,
  };
}

/** The folder, and over it each folder that must keep its place: what is a mount of its own cannot be renamed or removed. */
function mountsOf({ folder, mount, protection: { pinned } }: IsolationRequest): BindMount[] {
  if (mount === 'review') return [];
  const readOnly = mount === 'readonly';
  return [
    { source: folder, target: workspaceFolder, readOnly },
    ...pinned.map((path) => ({ source: below(folder, path), target: inContainer(path), readOnly })),
  ];
}

/** In review mode the folder only ever gives: what the container writes is kept elsewhere. */
function viewOf({ id, folder, mount, viewPlaces }: IsolationRequest): Pick<ContainerSpec, 'view'> {
  if (mount !== 'review') return {};
  if (!viewPlaces) throw new TypeError('A container in review mode needs places for its view.');
  return { view: folderView(id, folder, viewPlaces) };
}

/** A place in the folder, in the words of the host's platform. */
function below(folder: string, path: string): string {
  const isWindows = /^(?:[A-Za-z]:)?\\/.test(folder);
  return isWindows ? `${folder}\\${path.replaceAll('/', '\\')}` : `${folder}/${path}`;
}

function inContainer(path: string): string {
  return `${workspaceFolder}/${path}`;
}

/** The writable places, each with owner and mode of its own: the image's are wrong for a user that it does not know. */
function tmpfsOf(request: IsolationRequest): TmpfsMount[] {
  const {
    limits: { tmpMiB },
    imageVolumes,
  } = request;
  const user = userOf(request);
  // Only the engine knows the numbers behind a name: its home is open to whoever that is.
  const isNamed = 'name' in user;
  const { uid, gid } = isNamed ? { uid: 0, gid: 0 } : user;
  const own: TmpfsMount[] = [
    { target: '/tmp', sizeMiB: tmpMiB, mode: '1777', uid, gid, exec: true },
    { target: '/var/tmp', sizeMiB: tmpMiB, mode: '1777', uid, gid, exec: true },
    { target: '/run', sizeMiB: 16, mode: '0755', uid, gid, exec: false },
    { target: homeFolder, sizeMiB: tmpMiB, mode: isNamed ? '1777' : '0700', uid, gid, exec: true },
    secretsPlace({ uid, gid }, isNamed),
  ];
  const taken = [workspaceFolder, ...own.map(({ target }) => target)];
  const ofImage = imageVolumeTargets(imageVolumes, taken).map((target) => ({
    target,
    sizeMiB: tmpMiB,
    mode: isNamed ? '1777' : '0755',
    uid,
    gid,
    exec: true,
  }));
  return [...own, ...ofImage];
}
