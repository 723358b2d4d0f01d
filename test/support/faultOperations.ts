import type { ContainerState, OperationOptions, Workspace } from '../../src/workspaces/workspace.ts';
import type { WorkspaceService } from '../../src/workspaces/workspaceService.ts';

/** What a fault may befall: from a state of its own making, on workspaces that it knows by name. */
export interface StruckOperation {
  /** Makes what it begins from. */
  prepare(service: WorkspaceService, folder: string): Promise<unknown>;
  /** Gives the error of each workspace with which it failed. */
  run(service: WorkspaceService, folder: string): Promise<readonly unknown[]>;
}

const subject = 'subject';
const many = ['one of many', 'another of many'] as const;
const options: OperationOptions = { timeoutMs: 60_000 };

/** Every operation that is struck. */
export const struckOperations = {
  create: {
    prepare: (service) => bring(service, '', subject, 'gone'),
    run: (service, folder) => errorsOf(service.create({ name: subject, folder }, options)),
  },
  start: {
    prepare: (service, folder) => bring(service, folder, subject, 'stopped'),
    run: (service) => errorsOf(service.start(idOf(service, subject), options)),
  },
  'start anew': {
    prepare: (service, folder) => bring(service, folder, subject, 'absent'),
    run: (service) => errorsOf(service.start(idOf(service, subject), options)),
  },
  stop: {
    prepare: (service, folder) => bring(service, folder, subject, 'running'),
    run: (service) => errorsOf(service.stop(idOf(service, subject), options)),
  },
  'let out': {
    prepare: (service, folder) => bringNetwork(service, folder, 'isolated'),
    run: (service) => errorsOf(service.update(idOf(service, subject), { network: 'filtered' }, options)),
  },
  'cut off': {
    prepare: (service, folder) => bringNetwork(service, folder, 'filtered'),
    run: (service) => errorsOf(service.update(idOf(service, subject), { network: 'isolated' }, options)),
  },
  remove: {
    prepare: (service, folder) => bring(service, folder, subject, 'running'),
    run: (service) => errorsOf(service.remove(idOf(service, subject), options)),
  },
  'start many': {
    prepare: (service, folder) => bringMany(service, folder, 'stopped'),
    run: (service) => batch(service, 'start'),
  },
  'stop many': {
    prepare: (service, folder) => bringMany(service, folder, 'running'),
    run: (service) => batch(service, 'stop'),
  },
} as const satisfies Record<string, StruckOperation>;

export type StruckName = keyof typeof struckOperations;

async function bringNetwork(service: WorkspaceService, folder: string, network: 'filtered' | 'isolated') {
  await bring(service, folder, subject, 'running');
  await service.update(idOf(service, subject), { network });
}

async function bringMany(service: WorkspaceService, folder: string, wanted: 'stopped' | 'running') {
  await bring(service, folder, subject, 'gone');
  await Promise.all(many.map((name) => bring(service, folder, name, wanted)));
}

async function batch(service: WorkspaceService, operation: 'start' | 'stop'): Promise<readonly unknown[]> {
  const ids = many.map((name) => idOf(service, name));
  const { results } = await service.batch(operation, ids, options);
  return results.flatMap(({ error }) => error ?? []);
}

async function bring(
  service: WorkspaceService,
  folder: string,
  name: string,
  wanted: Extract<ContainerState['kind'], 'running' | 'stopped' | 'absent'> | 'gone',
): Promise<void> {
  let found: Workspace | undefined = service.list().find((workspace) => workspace.name === name);
  if (found && (wanted === 'gone' || wanted === 'absent')) {
    await service.remove(found.id);
    found = undefined;
  }
  if (wanted === 'gone') return;
  found ??= await service.create({ name, folder, start: wanted !== 'absent' });
  if (wanted === 'running' && found.container.kind !== 'running') await service.start(found.id);
  if (wanted === 'stopped' && found.container.kind !== 'stopped') {
    await service.start(found.id);
    await service.stop(found.id);
  }
}

function idOf(service: WorkspaceService, name: string): string {
  const found = service.list().find((workspace) => workspace.name === name);
  if (!found) throw new Error(`there is no workspace "${name}"`);
  return found.id;
}

async function errorsOf(running: Promise<unknown>): Promise<readonly unknown[]> {
  return await running.then(
    () => [],
    (error: unknown) => [error],
  );
}
