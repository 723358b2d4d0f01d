import type * as vscode from 'vscode';
import { parseOwnProfiles } from '../../src/isolation/ownProfiles.ts';
import type { LazyReviews } from '../../src/review/lazyReviews.ts';
import type { NetworkMode } from '../../src/isolation/profile.ts';
import { ErrorMemory } from '../../src/shared/errorMemory.ts';
import { registerWindow } from '../../src/vscode/window.ts';
import { OpenFolders } from '../../src/vscode/openFolders.ts';
import type { CreateWorkspaceRequest } from '../../src/workspaces/workspaceRequest.ts';
import type { ResourceSource } from '../../src/vscode/details/resourceSource.ts';
import { openStandard } from './openStandard.ts';
import { openWindow } from './vscode/fakeWindow.ts';
import { FakeMemento } from './vscode/memento.ts';
import { Uri } from './vscode/uri.ts';
import { FakeChannel } from './vscode/views.ts';
import { folder, workspacesOnFake } from './workspacesOnFake.ts';

/** Workspaces in review mode that have changed nothing. */
const noReviews: Partial<LazyReviews> = {
  isKept: () => Promise.resolve(false),
  onDidChange: () => ({ dispose: () => undefined }),
  onDidLeaveBehind: () => ({ dispose: () => undefined }),
  placeOf: (id) => `/kept/${id}/upper`,
  changes: () => Promise.resolve([]),
  keepBases: () => Promise.resolve(),
  bringIn: () => Promise.resolve({ brought: [], behind: [] }),
  list: () => Promise.resolve({ changes: [], excluded: { count: 0, paths: [] }, pending: [] }),
};

/** Cordon's commands and views in a window in memory, on an engine in memory. */
export function cordonInWindow({
  folders = ['/projects/demo'],
  quarantined = 0,
  profiles,
  resources,
  reviews = {},
  network,
}: {
  folders?: readonly string[];
  quarantined?: number;
  profiles?: unknown;
  resources?: ResourceSource;
  reviews?: Partial<LazyReviews>;
  /** Of new workspaces. */
  network?: NetworkMode;
} = {}) {
  const window = openWindow(...folders);
  const own = parseOwnProfiles(profiles);
  const log = new FakeChannel('Cordon');
  const errors = new ErrorMemory(log);
  const defaults = {
    ...{ image: 'tiny:local', profile: 'standard', limits: {}, operationTimeoutMs: 5000 },
    ...(network && { network }),
  };
  const parts = workspacesOnFake({
    log: errors,
    profileOf: (name) => openStandard(name, own),
    defaults: () => defaults,
  });
  const memory = new FakeMemento();
  const registered = registerWindow(
    {
      workspaceState: memory as vscode.Memento,
      extensionUri: Uri.file('/extension') as unknown as vscode.Uri,
    },
    {
      service: parts.service,
      engines: parts.engine,
      folders: new OpenFolders(),
      log: log as unknown as vscode.LogOutputChannel,
      settings: {
        onDidChange: () => ({ dispose: () => undefined }),
        current: {
          engineHost: undefined,
          networkRange: '10.213.0.0/16',
          profiles: own,
          egress: { presets: [], allow: [], deny: [], proxyImage: 'cordon-test/squid:local' },
          pathPatterns: { protectedPaths: [], hiddenPaths: [] },
          reviewExcludes: [],
          copyExcludes: [],
          reviewFollows: true,
          idle: { action: 'off', afterMs: 60_000, sampleEveryMs: 60_000, onWindowClose: 'keep' },
          portRules: [],
          keepTerminalsMs: 0,
          cleanUpAfterDays: 30,
          languageServers: [],
          defaults,
        },
      },
      quarantined,
      failures: parts.failures,
      isLeaving: () => false,
      reviews: { ...noReviews, ...reviews } as unknown as LazyReviews,
      guarded: parts.folders,
      timeline: parts.timeline,
      egress: parts.egress,
      egressRules: parts.egressRules,
      latestReports: parts.latestReports,
      secrets: parts.secrets,
      ports: parts.ports,
      files: parts.files,
      resources: resources ?? parts.resources,
      reconcile: parts.reconcile,
      cleanUp: parts.cleanUp,
      diagnosis: {
        core: parts.facts,
        versions: () => ({ Cordon: '0.0.1' }),
        errors: () => errors.errors,
        homes: ['/home/me'],
      },
    },
  );
  /** A workspace that is there before the test begins: running unless it says otherwise. */
  const given = (name: string, request: Partial<CreateWorkspaceRequest> = {}) =>
    parts.service.create({ name, folder, ...request });
  return { ...parts, window, log, memory, registered, given };
}
