import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { Emitter } from '../../../src/shared/event.ts';
import { FailureLog } from '../../../src/shared/failureLog.ts';
import { ProtectedPathQuestions } from '../../../src/vscode/protectedPathQuestions.ts';
import type { PathQuestion } from '../../../src/workspaces/folders/pathQuestion.ts';
import { MemoryLog } from '../../support/memoryLog.ts';
import { openWindow } from '../../support/vscode/fakeWindow.ts';
import { Uri } from '../../support/vscode/uri.ts';

describe('questions about protected and hidden paths', () => {
  const asking = new Emitter<PathQuestion>();
  let calls: unknown[][];
  let closed: (readonly string[])[];
  let window: ReturnType<typeof openWindow>;
  let questions: ProtectedPathQuestions;
  let root: string;
  let failing: string | undefined;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cordon-questions-'));
    [calls, closed, failing] = [[], [], undefined];
    window = openWindow(root);
    const note =
      (name: string) =>
      (...args: unknown[]) => {
        calls.push([name, ...args]);
        if (name === failing) return Promise.reject(new Error('it failed'));
        return Promise.resolve(undefined as never);
      };
    questions = new ProtectedPathQuestions({
      guard: {
        onDidAsk: asking.event,
        closed: ({ paths }) => {
          closed.push(paths);
          return Promise.resolve();
        },
        keep: note('keep'),
        show: note('show'),
        moveToQuarantine: note('quarantine'),
        savedByPerson: note('saved'),
        madeByPerson: note('made'),
      },
      service: {
        get: (id) => (id === 'gone' ? undefined : ({ id, name: `[ws](command:x)` } as never)),
        restart: (id) => note('restart')(id),
        resume: (id) => note('resume')(id),
        stop: (id) => note('stop')(id),
      },
      log: new MemoryLog(),
      failures: new FailureLog(new MemoryLog()),
    });
  });
  afterEach(() => {
    questions.dispose();
    rmSync(root, { recursive: true });
  });

  const ask = async (kind: PathQuestion['kind'], ...paths: string[]) => {
    asking.fire({ kind, root, paths, workspaceIds: ['w1', 'gone'] });
    return await window.nextMessage();
  };
  const idle = () => delay(5);

  it('names what came up without making links of it, and keeps it where the person says so', async () => {
    const message = await ask('protected', '[a](command:b)/.vscode', 'x\u001b[31m/.idea');
    assert.equal(message.kind, 'warning');
    for (const part of ['](', '\u001b']) assert.ok(!message.text.includes(part), message.text);
    assert.deepEqual(message.buttons, ['Look', 'Keep', 'Move to Quarantine']);
    message.press('Keep');
    await idle();
    assert.deepEqual(calls, [['keep', root, ['[a](command:b)/.vscode', 'x\u001b[31m/.idea']]]);
  });

  it('opens what there is to look at, and asks again', async () => {
    mkdirSync(join(root, '.vscode'));
    writeFileSync(join(root, '.vscode/tasks.json'), '');
    (await ask('protected', '.vscode')).press('Look');
    const again = await window.nextMessage();
    const [[command, uri]] = window.executed as unknown as [[string, vscode.Uri]];
    assert.equal(command, 'vscode.open');
    assert.equal(uri.fsPath, join(root, '.vscode/tasks.json'));
    writeFileSync(join(root, '.vscode/$(trash)'), '');
    again.press('Look');
    const pick = await window.nextQuickPick();
    assert.equal(pick.labels.length, 2);
    assert.doesNotMatch(pick.labels.join(), /\$\(/);
    pick.hide();
    (await window.nextMessage()).press('Move to Quarantine');
    await idle();
    assert.deepEqual(calls, [['quarantine', root, ['.vscode']]]);
  });

  it('restarts what a secret was open to, and lets it be read only after a second question', async () => {
    (await ask('hidden', '.env')).press('Restart');
    await idle();
    assert.deepEqual(calls.splice(0), [['restart', 'w1']]);
    (await ask('hidden', '.env')).press('Resume…');
    (await window.nextMessage()).dismiss();
    const again = await window.nextMessage();
    assert.deepEqual(calls, []);
    again.press('Resume…');
    const sure = await window.nextMessage();
    assert.deepEqual([sure.isModal, sure.detail], [true, '".env"']);
    sure.press('Let It Be Read');
    await idle();
    assert.deepEqual(calls, [
      ['show', root, ['.env']],
      ['resume', 'w1'],
    ]);
  });

  it('says when one is answered, closed or failed, and not before', async () => {
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a/.vscode'), '');
    const first = await ask('protected', 'a/.vscode');
    const second = await ask('hidden', '.env');
    first.press('Look');
    const again = await window.nextMessage();
    await idle();
    assert.deepEqual(closed, []);
    again.press('Keep');
    await idle();
    assert.deepEqual(closed, [['a/.vscode']]);
    second.dismiss();
    await idle();
    assert.deepEqual(closed, [['a/.vscode'], ['.env']]);
    failing = 'restart';
    (await ask('lost', '.git/config')).press('Restart');
    await idle();
    assert.deepEqual(closed, [['a/.vscode'], ['.env'], ['.git/config']]);
  });

  it('restarts or stops what lost its protection', async () => {
    (await ask('lost', '.git/config')).press('Stop');
    await idle();
    (await ask('lost', '.git/config')).press('Restart');
    await idle();
    assert.deepEqual(calls, [
      ['stop', 'w1'],
      ['restart', 'w1'],
    ]);
  });

  it('tells the guard what the person saved, made and renamed in this VS Code, on this machine', async () => {
    const file = Uri.file(join(root, 'a.txt'));
    window.documents.saves.fire({ uri: file, getText: () => 'é' } as unknown as vscode.TextDocument);
    window.documents.saves.fire({ uri: { scheme: 'untitled' } } as unknown as vscode.TextDocument);
    window.documents.creations.fire({ files: [file] } as never);
    window.documents.renames.fire({ files: [{ oldUri: file, newUri: file }] } as never);
    await idle();
    assert.deepEqual(calls, [
      ['saved', file.fsPath, new TextEncoder().encode('é')],
      ['saved', file.fsPath, new Uint8Array()],
      ['made', file.fsPath],
    ]);
  });
});
