import { statSync } from 'node:fs';
import { containerOptions } from '../../src/docker/containerOptions.ts';
import type { EngineFacts } from '../../src/docker/engineFacts.ts';
import { networkOptions } from '../../src/docker/networkOptions.ts';
import type { ContainerSpec, NetworkSpec } from '../../src/isolation/containerSpec.ts';
import { buildContainerSpec, buildNetworkSpec } from '../../src/isolation/buildSpec.ts';
import type { IsolationRequest } from '../../src/isolation/isolationRequest.ts';
import { labels } from '../../src/isolation/labels.ts';
import { profiles } from '../../src/isolation/profiles.ts';
import { chooseUser } from '../../src/isolation/workspaceUser.ts';
import { benchLimits, type BenchSetting } from './benchSetting.ts';

/** The specification that Cordon would make for a workspace of this run, followed by no Cordon. */
export function rawSpecs(
  setting: BenchSetting,
  facts: EngineFacts,
): { container: ContainerSpec; network: NetworkSpec } {
  const { uid, gid } = statSync(setting.folder);
  const id = crypto.randomUUID().replaceAll('-', '');
  const choices = {
    name: setting.name,
    image: setting.image,
    profile: 'standard',
    network: profiles.standard.network,
    mount: profiles.standard.mount,
    limits: benchLimits,
    env: {},
  } as const;
  const now = new Date().toISOString();
  const request: IsolationRequest = {
    ...choices,
    profile: profiles.standard,
    id,
    folder: setting.folder,
    user: chooseUser({
      platform: process.platform,
      person: process.getuid && process.getgid && { uid: process.getuid(), gid: process.getgid() },
      folderOwner: { uid, gid },
      rootlessEngine: facts.info.rootless,
    }),
    protection: { readOnly: [], masked: [], pinned: [] },
    imageVolumes: [],
    mainProcess: 'shell',
    record: { id, ...choices, folder: setting.folder, status: 'inactive', createdAt: now, updatedAt: now },
    engineCpus: facts.info.cpus,
  };
  const network = buildNetworkSpec(request);
  if (!network) throw new Error('The standard profile has a network of its own.');
  return { container: unmanaged(buildContainerSpec(request)), network: unmanaged(network) };
}

/** The same words to the engine that Cordon says. */
export function rawOptions(setting: BenchSetting, facts: EngineFacts) {
  const { container, network } = rawSpecs(setting, facts);
  const [bridge] = networkOptions(network, facts);
  return {
    name: container.name,
    network: bridge,
    container: (networkId: string) => containerOptions(container, networkId, facts),
  };
}

/** As many labels, but not the one that Cordon follows: it must not be kept busy by what it is compared with. */
function unmanaged<T extends { readonly labels: Readonly<Record<string, string>> }>(spec: T): T {
  const renamed = Object.entries(spec.labels).map(([key, value]) => [
    key === labels.managed ? 'cordon.bench' : key,
    value,
  ]);
  return { ...spec, labels: Object.fromEntries(renamed) as Record<string, string> };
}
