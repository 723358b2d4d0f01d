import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../../src/shared/event.ts';
import { FolderReviews } from '../../../../src/workspaces/folders/folderReviews.ts';
import { PathAnswers } from '../../../../src/workspaces/folders/pathAnswers.ts';
import type { PathQuestion } from '../../../../src/workspaces/folders/pathQuestion.ts';
import type { SecurityFinding } from '../../../../src/workspaces/monitor/securityReporter.ts';
import { compliantFacts } from '../../../support/compliantFacts.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';
import { MemoryStorage } from '../../../support/memoryStorage.ts';
import { tinySpec } from '../../../support/tinySpec.ts';
import { WatchedStore } from '../../../support/watchedStore.ts';
import { emptyScan } from '../../../support/workspacesOnFake.ts';

describe('looks at the folders of workspaces that run', () => {
  const changes = new Emitter<string>();
  let root: string;
  let store: WatchedStore;
  let log: MemoryLog;
  let reviews: FolderReviews;
  let ids: string[];
  let findings: SecurityFinding[];
  let asked: PathQuestion[];
  /** Calls of the engine and of the reporter that are still to fail. */
  let brokenCalls: number;
  let brokenReports: number;
  let inspected: string[];
  const brokenContainers = new Set<string>();
  let maskedPaths: string[];
  let restart: () => Promise<void>;

  beforeEach(async () => {
    root = await fs.mkdtemp(join(tmpdir(), 'cordon-reviews-'));
    await fs.writeFile(join(root, '.env'), '');
    mock.timers.enable({ apis: ['setTimeout'] });
    [ids, findings, asked, inspected, brokenCalls, brokenReports] = [['a'], [], [], [], 0, 0];
    brokenContainers.clear();
    maskedPaths = [];
    restart = () => Promise.resolve();
    log = new MemoryLog();
    store = new WatchedStore();
    store.engine.inspectContainer = (id) => {
      inspected.push(id);
      return brokenContainers.has(id) || brokenCalls-- > 0
        ? Promise.reject(new Error('one broken call'))
        : Promise.resolve(compliantFacts(tinySpec('a', { maskedPaths }), id));
    };
    reviews = new FolderReviews({
      store,
      engines: store.engine,
      watches: {
        onDidChange: changes.event,
        latestOf: () => ({
          ...{ onDidChange: () => ({ dispose: () => undefined }), dispose: () => undefined },
          ...{ isComplete: true, isCached: true },
          current: () => Promise.resolve({ ...emptyScan, masked: ['.env'] }),
        }),
        workspacesOf: () => ids,
      },
      answers: new PathAnswers(new MemoryStorage()),
      isBusy: () => false,
      hasSessions: () => false,
      hasCopy: () => false,
      restart: () => restart(),
      reporter: {
        report: (finding) =>
          brokenReports-- > 0
            ? Promise.reject(new Error('one broken report'))
            : Promise.resolve(void findings.push(finding)),
      },
      log,
    });
    reviews.onDidAsk(({ questions }) => asked.push(...questions));
    store.put('a', 'running');
  });
  afterEach(async () => {
    reviews.dispose();
    store.dispose();
    mock.timers.reset();
    await fs.rm(root, { recursive: true });
  });

  /** Lets time go by; what falls due is asked of the engine before this returns. */
  const pass = async (forMs: number) => {
    mock.timers.tick(forMs);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  };
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await setImmediate();
  };
  const reported = () => findings.map(({ workspaceId, cause }) => [workspaceId, cause]);

  it('looks again soon where one call of the engine failed, and tells the failure once', async () => {
    brokenCalls = 2;
    await reviews.review(root);
    assert.deepEqual([inspected.length, reported()], [1, []]);
    await pass(600);
    assert.deepEqual([inspected.length, reported()], [2, []]);
    await pass(600);
    assert.equal(inspected.length, 2, 'it waits for longer the second time');
    await pass(600);
    await until(() => asked.length > 0);
    assert.deepEqual(reported(), [['a', 'hiddenPath']]);
    assert.deepEqual(
      asked.map(({ kind, paths }) => [kind, ...paths]),
      [['hidden', '.env']],
    );
    assert.equal(log.lines.filter((line) => line.startsWith('error')).length, 1, log.lines.join('\n'));
    await pass(600_000);
    assert.equal(inspected.length, 3, 'all is well');
  });

  it('waits ever longer while looks fail, but a minute at most', async () => {
    brokenCalls = Infinity;
    await reviews.review(root);
    for (let halfMinute = 0; halfMinute < 20; halfMinute++) await pass(30_000);
    const looks = inspected.length;
    for (let minute = 0; minute < 10; minute++) await pass(60_000);
    assert.equal(inspected.length, looks + 10);
  });

  it('looks again only while the workspace runs, and soon when it does again', async () => {
    brokenCalls = 1;
    await reviews.review(root);
    store.put('a', 'paused');
    await pass(600_000);
    assert.equal(inspected.length, 1);
    store.put('a', 'running');
    await pass(600);
    await until(() => asked.length > 0);
    assert.deepEqual(reported(), [['a', 'hiddenPath']]);
  });

  it('leaves nothing to wake up for when it is disposed of, even in the middle of a look', async () => {
    brokenCalls = Infinity;
    await reviews.review(root);
    const looking = reviews.review(root);
    reviews.dispose();
    await looking;
    const looks = inspected.length;
    store.put('a', 'running');
    await pass(600_000);
    assert.equal(inspected.length, looks);
  });

  it('asks about the others where one of them cannot be looked at', async () => {
    ids = ['a', 'b'];
    store.put('b', 'running');
    brokenContainers.add('cb');
    await reviews.review(root);
    assert.deepEqual(
      asked.map(({ kind, workspaceIds }) => [kind, ...workspaceIds]),
      [['hidden', 'a']],
    );
    brokenContainers.clear();
    await pass(600);
    await until(() => asked.length > 1);
    assert.deepEqual(asked[1]?.workspaceIds, ['b'], 'the first one is told already');
  });

  it('reports once more what could not be reported', async () => {
    brokenReports = 1;
    await reviews.review(root);
    assert.deepEqual([reported(), asked], [[], []]);
    await pass(600);
    await until(() => asked.length > 0);
    assert.deepEqual(reported(), [['a', 'hiddenPath']]);
  });

  it('reports what the host laid open where the restart that closes it fails', async () => {
    // The file is younger than the container: it is not the one that was hidden at its start.
    maskedPaths = ['/workspace/.env'];
    await reviews.review(root);
    assert.deepEqual(reported(), [], 'the restart closes it');
    store.remove('a');
    store.put('a', 'running');
    restart = () => Promise.reject(new Error('a broken start'));
    await reviews.review(root);
    await until(() => findings.length > 0);
    assert.deepEqual(reported(), [['a', 'protectionLost']]);
    assert.equal(findings[0]?.severity, 'critical', 'which pauses the workspace');
  });
});
