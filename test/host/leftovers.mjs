import { engineJson } from './engineRequest.mjs';

/** What an engine holds that carries Cordon's label, as lines for a person. */
export async function managedResources(socketPath, label = 'cordon.managed=true') {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engineJson(socketPath, 'GET', `/containers/json?all=1&filters=${filters}`),
    engineJson(socketPath, 'GET', `/networks?filters=${filters}`),
    engineJson(socketPath, 'GET', `/volumes?filters=${filters}`),
  ]);
  return [
    ...containers.map(({ Id, Names, State }) => ({
      kind: 'container',
      id: Id,
      name: Names[0],
      state: State,
    })),
    ...networks.map(({ Id, Name }) => ({ kind: 'network', id: Id, name: Name })),
    ...(volumes ?? []).map(({ Name }) => ({ kind: 'volume', id: Name, name: Name })),
  ];
}

/** Removes what carries a label: containers first, for they hold the rest. What goes by itself meanwhile is gone, too. */
export async function removeManaged(socketPath, label) {
  for (const { kind, id } of await managedResources(socketPath, label)) {
    const options = kind === 'container' ? '?force=1&v=1' : '';
    await engineJson(socketPath, 'DELETE', `/${kind}s/${encodeURIComponent(id)}${options}`).catch((error) => {
      if (error.status !== 404 && !/removal .*in progress/.test(error.message)) throw error;
    });
  }
}
