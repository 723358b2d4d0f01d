import * as fs from 'node:fs/promises';
import { homedir, release } from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CordonApi } from '../cordon.d.ts';
import { findProfile } from './isolation/ownProfiles.ts';
import { folderSearch } from './isolation/folderScan.ts';
import { DisposableStore } from './shared/disposable.ts';
import { ErrorMemory } from './shared/errorMemory.ts';
import type { Log } from './shared/log.ts';
import { logUnasked } from './shared/logUnasked.ts';
import { LazyReviews } from './review/lazyReviews.ts';
import { ViewFolders } from './review/viewFolders.ts';
import { hostInterfaces } from './vscode/hostInterfaces.ts';
import { createApi } from './vscode/api.ts';
import { EditorSecrets } from './vscode/editorSecrets.ts';
import { localMachine } from './vscode/localMachine.ts';
import { MarkFiles } from './vscode/markFiles.ts';
import { MementoStorage } from './vscode/mementoStorage.ts';
import { SecurityLogFiles } from './vscode/securityLogFiles.ts';
import { OpenFolders } from './vscode/openFolders.ts';
import { Settings } from './vscode/settings.ts';
import { StorageNews } from './vscode/storageNews.ts';
import { SleepNoteFiles } from './vscode/sleepNoteFiles.ts';
import { registerWindow } from './vscode/window.ts';
import { composeWorkspaces } from './workspaces/composeWorkspaces.ts';
import type { Workspaces } from './workspaces/workspaces.ts';
import type { EngineSource } from './workspaces/containerEngine.ts';
import { LazyEngineSource } from './workspaces/lazyEngineSource.ts';
import { execMark, type SharedMarks } from './workspaces/monitor/sharedMarks.ts';

const dayMs = 86_400_000;

let workspaces: Workspaces | undefined;
/** Set while the window closes: what is still done then needs everything that is put together here. */
let leaving: Promise<void> | undefined;

/** Puts the extension together. Touches no engine: one is looked for once the window is up. */
export function activate(context: vscode.ExtensionContext): CordonApi {
  leaving = undefined;
  const disposables = new DisposableStore();
  // VS Code disposes of it while it still waits for `deactivate`.
  context.subscriptions.push({
    dispose: () => {
      if (leaving)
        void leaving.finally(() => {
          disposables.dispose();
        });
      else disposables.dispose();
    },
  });
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

  const log = disposables.add(vscode.window.createOutputChannel('Cordon', { log: true }));
  const errors = new ErrorMemory(log);
  const settings = disposables.add(new Settings(log));
  const ownFiles = context.globalStorageUri.fsPath;
  const news = disposables.add(new StorageNews(path.join(ownFiles, 'windows'), log));
  const storage = disposables.add(new MementoStorage(context.globalState, news));
  const marks = new MarkFiles(path.join(ownFiles, 'marks'));
  const engines = disposables.add(new LazyEngineSource(() => loadEngines(settings, marks, errors)));
  followEngineSetting(settings, engines, disposables);

  const openFolders = disposables.add(new OpenFolders());
  const views = new ViewFolders(path.join(ownFiles, 'review'), {
    ...localMachine,
    patterns: () => settings.current.pathPatterns,
    excludePatterns: () => settings.current.copyExcludes,
  });
  workspaces = disposables.add(
    composeWorkspaces({
      ...localMachine,
      storage,
      secretStore: disposables.add(new EditorSecrets(context.secrets)),
      securityLogStorage: new SecurityLogFiles(path.join(ownFiles, 'security')),
      marks,
      engines,
      defaults: () => settings.current.defaults,
      profileOf: (name) => findProfile(name, settings.current.profiles),
      scanFolder: folderSearch(new URL('./folderScanWorker.js', import.meta.url)),
      pathPatterns: () => settings.current.pathPatterns,
      isOpenHere: (folder) => openFolders.has({ folder }),
      onDidChangeOpenFolders: openFolders.onDidChange,
      sleepNotes: new SleepNoteFiles(path.join(ownFiles, 'sleeping')),
      idleRules: () => settings.current.idle,
      onDidChangeIdleRules: settings.onDidChange,
      portRules: () => settings.current.portRules,
      onDidChangePortRules: settings.onDidChange,
      egress: () => settings.current.egress,
      onDidChangeEgress: settings.onDidChange,
      keepTerminalsMs: () => settings.current.keepTerminalsMs,
      cleanUpAgeMs: () => settings.current.cleanUpAfterDays * dayMs,
      viewFiles: views,
      quarantineFolder: path.join(ownFiles, 'quarantine'),
      log: errors,
    }),
  );
  const { service, failures, folders, facts, quarantined, reconcile } = workspaces;
  const { reviewGround } = workspaces;
  const reviews = disposables.add(
    new LazyReviews(async () => {
      const { composeReviews } = await import('./review/composeReviews.ts');
      return composeReviews(reviewGround, views, () => settings.current.reviewExcludes);
    }, views),
  );
  disposables.add(
    registerWindow(context, {
      service,
      engines,
      folders: openFolders,
      log,
      settings,
      quarantined: quarantined.length,
      resources: workspaces.resources,
      ports: workspaces.ports,
      files: workspaces.files,
      reviews,
      failures,
      isLeaving: () => leaving !== undefined,
      guarded: folders,
      timeline: workspaces.timeline,
      egress: workspaces.egress,
      egressRules: workspaces.egressRules,
      latestReports: workspaces.latestReports,
      secrets: workspaces.secrets,
      reconcile,
      cleanUp: workspaces.cleanUp,
      diagnosis: {
        core: facts,
        versions: () => versionsOf(context),
        errors: () => errors.errors,
        homes: [homedir()],
      },
    }),
  );
  disposables.add(
    engines.onDidChangeState(({ kind }) => {
      if (kind !== 'connected') return;
      reviews.recover().catch((error: unknown) => {
        logUnasked(errors, 'An interrupted accept is not undone yet', error);
      });
    }),
  );
  const connecting = setTimeout(() => {
    engines.retry();
  });
  disposables.add({
    dispose: () => {
      clearTimeout(connecting);
    },
  });
  return createApi(workspaces.service, reviews);
}

function versionsOf({ extension }: vscode.ExtensionContext): Record<string, string> {
  const { version } = extension.packageJSON as { version: string };
  return {
    Cordon: version,
    Node: process.versions.node,
    System: [process.platform, process.arch, release()].join(' '),
    Remote: vscode.env.remoteName ?? 'no',
  };
}

/**
 * Does what the person wants done with workspaces at the end of a window. What is still to be stored then is waited for,
 * for it gets through where the extension alone ends, updated or disabled. With the window VS Code stores nothing any
 * more, and nothing depends on that: an intent is stored before the engine is asked, and recovery ends what is left.
 */
export async function deactivate(): Promise<void> {
  leaving = workspaces?.leave();
  await leaving;
  await workspaces?.settled();
}

/** Loads dockerode and all that speaks to engines. */
async function loadEngines(settings: Settings, marks: SharedMarks, log: Log): Promise<EngineSource> {
  const { DockerConnection, engineCandidates, hostSubnets } = await import('./docker/docker.ts');
  return new DockerConnection({
    log,
    announceExec: async (execId) => {
      await marks.leave(execMark(execId));
    },
    addresses: {
      range: () => settings.current.networkRange,
      takenHere: async () =>
        hostSubnets(hostInterfaces(), await fs.readFile('/proc/net/route', 'utf8').catch(() => '')),
    },
    candidates: () =>
      engineCandidates({
        setting: settings.current.engineHost ?? '',
        env: process.env,
        platform: process.platform,
        home: homedir(),
        uid: process.getuid?.(),
        readFile: (path) => fs.readFile(path, 'utf8').catch(() => undefined),
      }),
  });
}

function followEngineSetting(
  settings: Settings,
  engines: LazyEngineSource,
  disposables: DisposableStore,
): void {
  disposables.add(
    settings.onDidChange(({ previous, current }) => {
      // An engine that was never looked for is looked for by the new setting.
      if (previous && previous.engineHost !== current.engineHost) engines.restart();
    }),
  );
}
