import type { Surroundings } from './engineCandidates.ts';

interface KnownEndpoint {
  readonly endpoint: string;
  /** Whose place it is, for people. */
  readonly owner: string;
}

/** Where engines listen when nobody says otherwise, the most usual first. */
export function knownEndpoints({
  env,
  platform,
  home,
  uid,
}: Pick<Surroundings, 'env' | 'platform' | 'home' | 'uid'>): readonly KnownEndpoint[] {
  if (platform === 'win32') {
    return [
      { endpoint: 'npipe:////./pipe/docker_engine', owner: 'Docker' },
      { endpoint: 'npipe:////./pipe/dockerDesktopLinuxEngine', owner: 'Docker Desktop' },
      { endpoint: 'npipe:////./pipe/podman-machine-default', owner: 'Podman' },
    ];
  }
  const inHome = (path: string) => `unix://${home}/${path}`;
  const everywhere = [
    { endpoint: 'unix:///var/run/docker.sock', owner: 'Docker' },
    { endpoint: inHome('.docker/run/docker.sock'), owner: 'Docker Desktop' },
    { endpoint: inHome('.docker/desktop/docker.sock'), owner: 'Docker Desktop' },
    { endpoint: inHome('.colima/default/docker.sock'), owner: 'Colima' },
    { endpoint: inHome('.rd/docker.sock'), owner: 'Rancher Desktop' },
  ];
  if (platform === 'darwin') {
    return [
      ...everywhere,
      {
        endpoint: inHome('.local/share/containers/podman/machine/podman.sock'),
        owner: 'Podman',
      },
      ...(env['TMPDIR']
        ? [
            {
              endpoint: `unix://${env['TMPDIR'].replace(/\/+$/, '')}/podman/podman-machine-default-api.sock`,
              owner: 'Podman',
            },
          ]
        : []),
    ];
  }
  const runtime = env['XDG_RUNTIME_DIR'] ?? (uid === undefined ? undefined : `/run/user/${uid}`);
  const [rootful, ...others] = everywhere;
  return [
    ...(rootful ? [rootful] : []),
    ...(runtime ? [{ endpoint: `unix://${runtime}/docker.sock`, owner: 'rootless Docker' }] : []),
    ...others,
    ...(runtime ? [{ endpoint: `unix://${runtime}/podman/podman.sock`, owner: 'rootless Podman' }] : []),
    { endpoint: 'unix:///run/podman/podman.sock', owner: 'Podman' },
  ];
}
