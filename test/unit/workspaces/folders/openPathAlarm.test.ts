import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { FolderReview, OpenPath } from '../../../../src/workspaces/folders/folderReview.ts';
import { GatheredQuestions } from '../../../../src/workspaces/folders/gatheredQuestions.ts';
import { OpenPathAlarm } from '../../../../src/workspaces/folders/openPathAlarm.ts';
import type { PathQuestion } from '../../../../src/workspaces/folders/pathQuestion.ts';
import type { SecurityFinding } from '../../../../src/workspaces/monitor/securityReporter.ts';
import type { Workspace } from '../../../../src/workspaces/workspace.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';

const nothing: FolderReview = { protectedPaths: [], hiddenPaths: [], lost: [] };
const workspaceOf = (id: string) => ({ id, container: { kind: 'running', id: `c${id}` } }) as Workspace;

describe('the alarm about open paths', () => {
  let root: string;
  let nowMs: number;
  let findings: SecurityFinding[];
  let alarm: OpenPathAlarm;

  beforeEach(async () => {
    root = await fs.mkdtemp(join(tmpdir(), 'cordon-alarm-'));
    nowMs = 1000;
    mock.method(performance, 'now', () => nowMs);
    mock.timers.enable({ apis: ['setTimeout'] });
    findings = [];
    alarm = new OpenPathAlarm(
      {
        reporter: { report: (finding) => Promise.resolve(void findings.push(finding)) },
        hasSessions: () => true,
        restart: () => Promise.resolve(),
        log: new MemoryLog(),
      },
      () => undefined,
    );
  });
  afterEach(async () => {
    alarm.dispose();
    mock.timers.reset();
    mock.restoreAll();
    await fs.rm(root, { recursive: true });
  });

  /** What a look asks at which this was open to a workspace. */
  async function look(review: Partial<FolderReview>, id = 'a'): Promise<readonly PathQuestion[]> {
    const gathered = new GatheredQuestions();
    await alarm.raise(root, workspaceOf(id), { ...nothing, ...review }, gathered);
    return gathered.about(root);
  }
  const pathsOf = (questions: readonly PathQuestion[]) => questions.map(({ paths }) => paths);
  const open = (path: string, identity = path): OpenPath => ({ path, identity });

  it('asks one question at a time, reports all the same, and asks about the rest once that one is closed', async () => {
    const [first, ...others] = await look({ hiddenPaths: [open('.env')] });
    assert.deepEqual([first?.paths, others], [['.env'], []]);
    const more: OpenPath[] = [open('.env')];
    for (let number = 0; number < 50; number++) {
      more.push(open(`${number}/.env`));
      assert.deepEqual(await look({ hiddenPaths: more }), []);
    }
    assert.equal(findings.length, 51, 'each of which pauses the workspace');
    alarm.closed(first!);
    assert.deepEqual(pathsOf(await look({ hiddenPaths: more })), [more.slice(1).map(({ path }) => path)]);
    assert.equal(findings.length, 51);
  });

  it('asks of each workspace and each kind by itself, and of a new container anew', async () => {
    const [first] = await look({ hiddenPaths: [open('.env')] });
    assert.deepEqual(pathsOf(await look({ hiddenPaths: [open('.env')] }, 'b')), [['.env']]);
    assert.deepEqual(pathsOf(await look({ hiddenPaths: [open('.env')], lost: [open('.git')] })), [['.git']]);
    assert.deepEqual(await look({ hiddenPaths: [open('.env'), open('b.env')] }), []);
    alarm.started('a');
    assert.deepEqual(pathsOf(await look({ hiddenPaths: [open('.env'), open('b.env')] })), [['b.env']]);
    assert.equal(first?.kind, 'hidden');
  });

  it('forgets what is not there any more, and tells of it when it is again', async () => {
    const [first] = await look({ hiddenPaths: [open('.env')] });
    alarm.closed(first!);
    assert.deepEqual(await look({ hiddenPaths: [open('.env')] }), []);
    await look({});
    assert.deepEqual(pathsOf(await look({ hiddenPaths: [open('.env')] })), [['.env']]);
    assert.equal(findings.length, 2);
  });

  it('gives a path no more grace for being replaced all the time', async () => {
    for (let number = 0; number < 3; number++) {
      assert.deepEqual(await look({ protectedPaths: [open('.vscode', `${number}`)] }), []);
      nowMs += 150;
    }
    assert.deepEqual(pathsOf(await look({ protectedPaths: [open('.vscode', '3')] })), [['.vscode']]);
    assert.deepEqual(await look({ protectedPaths: [open('.vscode', '3')] }, 'b'), [], 'each has its own');
  });

  it('keeps from telling twice of what did not change', async () => {
    nowMs += 1000;
    await look({ protectedPaths: [open('.vscode')] });
    nowMs += 1000;
    const [first] = await look({ protectedPaths: [open('.vscode')] });
    assert.deepEqual(first?.paths, ['.vscode']);
    alarm.closed(first);
    assert.deepEqual(await look({ protectedPaths: [open('.vscode')] }), []);
    await fs.mkdir(join(root, '.vscode'));
    await fs.writeFile(join(root, '.vscode/tasks.json'), 'evil');
    assert.deepEqual(pathsOf(await look({ protectedPaths: [open('.vscode')] })), [['.vscode']]);
    assert.equal(findings.length, 2);
  });
});
