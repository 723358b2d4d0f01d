import * as vscode from 'vscode';
import type { CordonApi, FileChange, WorkspacesApi } from '../../cordon.d.ts';
import type { Change } from '../review/change.ts';
import type { Reviews } from '../review/reviews.ts';
import { CordonError, toCordonError } from '../shared/errors.ts';
import type { Event } from '../shared/event.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';

/** The API that other extensions get. What it hands out is frozen, and what it rejects with is a `CordonError`. */
export function createApi(
  service: Pick<
    WorkspaceService,
    | 'list'
    | 'get'
    | 'create'
    | 'update'
    | 'remove'
    | 'start'
    | 'stop'
    | 'restart'
    | 'pause'
    | 'resume'
    | 'archive'
    | 'restore'
    | 'batch'
    | 'exec'
    | 'forwardPort'
    | 'isolationReport'
    | 'securityLog'
    | 'panic'
    | 'onDidChange'
    | 'onDidRecordSecurity'
  >,
  reviews: Pick<Reviews, 'changes' | 'accept' | 'discard' | 'undoAccept'>,
): CordonApi {
  const workspaces: WorkspacesApi = {
    list: () => deepFreeze(service.list()),
    get: (id) => deepFreeze(service.get(id)),
    create: (request, options) => guarded(() => service.create(request, options)),
    update: (id, patch, options) => guarded(() => service.update(id, patch, options)),
    remove: (id, options) => guarded(() => service.remove(id, options)),
    start: (id, options) => guarded(() => service.start(id, options)),
    stop: (id, options) => guarded(() => service.stop(id, options)),
    restart: (id, options) => guarded(() => service.restart(id, options)),
    pause: (id, options) => guarded(() => service.pause(id, options)),
    resume: (id, options) => guarded(() => service.resume(id, options)),
    archive: (id, options) => guarded(() => service.archive(id, options)),
    restore: (id, options) => guarded(() => service.restore(id, options)),
    batch: (operation, ids, options) => guarded(() => service.batch(operation, ids, options)),
    exec: (id, command, options) => guarded(() => service.exec(id, command, options)),
    changes: (id) => guarded(async () => (await reviews.changes(id)).map(fileChange)),
    acceptChanges: (id, paths) =>
      guarded(async () => {
        const { accepted, refused } = await reviews.accept(id, pathsOf(paths));
        return { accepted, refused };
      }),
    discardChanges: (id, paths) => guarded(() => reviews.discard(id, pathsOf(paths))),
    undoAccept: (id) => guarded(async () => (await reviews.undoAccept(id)) ?? { restored: [], kept: [] }),
    forwardPort: (id, port, options) => guarded(() => service.forwardPort(id, port, options)),
    isolationReport: (id, options) => guarded(() => service.isolationReport(id, options)),
    securityLog: (id) => guarded(() => service.securityLog(id)),
    panic: () => guarded(() => service.panic()),
    onDidChange: toVscodeEvent(service.onDidChange),
    onDidRecordSecurity: toVscodeEvent(service.onDidRecordSecurity),
  };
  return Object.freeze({ apiVersion: 1, workspaces: Object.freeze(workspaces) });
}

function fileChange({ path, kind, type, conflict, dangers, blocker, size }: Change): FileChange {
  return {
    ...{ path, kind, type, conflict, dangers, protected: dangers.includes('protected') },
    ...(blocker && { blocker }),
    ...(size !== undefined && { size }),
  };
}

function pathsOf(paths: unknown): readonly string[] | undefined {
  if (paths === undefined) return undefined;
  if (Array.isArray(paths) && paths.every((path) => typeof path === 'string')) return paths;
  throw new CordonError('invalidRequest', vscode.l10n.t('The paths must be a list of texts.'));
}

/** Callers in plain JavaScript may hand in anything: whatever it makes fail is an error of ours, too. */
async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return deepFreeze(await call());
  } catch (error) {
    throw toCordonError(error, 'engineFailed', vscode.l10n.t('Something unexpected went wrong.'));
  }
}

function toVscodeEvent<T>(event: Event<T>): vscode.Event<T> {
  return (listener, thisArgs: unknown, disposables) => {
    const subscription = event((value) => {
      listener.call(thisArgs, deepFreeze(value));
    });
    const disposable = new vscode.Disposable(() => {
      subscription.dispose();
    });
    disposables?.push(disposable);
    return disposable;
  };
}

/** Freezes a value and all that it holds. Snapshots are handed out often: one that is frozen stays as it is. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value) as unknown[]) deepFreeze(inner);
  return value;
}
