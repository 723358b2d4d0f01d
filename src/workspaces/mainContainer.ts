import { engineName } from '../isolation/engineNames.ts';
import type { ManagedContainer } from './engineContainers.ts';
import { isUp } from './containerState.ts';

/**
 * Of several containers that carry one workspace's id the one that is its own, the same in every window: the one with
 * its name, for an engine has each name once; else one that runs, the newest, the first by id.
 */
export function mainContainer(
  containers: readonly ManagedContainer[],
  workspace: { readonly id: string; readonly name: string } | undefined,
): ManagedContainer | undefined {
  const name = workspace && engineName(workspace.name, workspace.id);
  const [first] = [...containers].sort(
    (a, b) =>
      Number(b.name === name) - Number(a.name === name) ||
      Number(isUp(b.state)) - Number(isUp(a.state)) ||
      b.createdAtSeconds - a.createdAtSeconds ||
      (a.id < b.id ? -1 : 1),
  );
  return first;
}
