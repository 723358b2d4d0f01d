import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PathQuestion } from '../../../src/workspaces/folders/pathQuestion.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { entriesOf, ownedByPerson } from '../../support/folders.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

describe('guard of the folder of a workspace that runs', function () {
  this.timeout(30_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let id: string;
  let quarantineFolder: string;
  let questions: PathQuestion[];
  let wakeUp: (() => void) | undefined;

  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.dispose());

  beforeEach(async () => {
    folder = await fs.realpath(await temporaryFolder());
    quarantineFolder = join(dirname(folder), 'quarantine');
    core = workspacesOnEngine(engine.connection, undefined, { quarantineFolder });
    questions = [];
    core.folders.guard.onDidAsk((question) => {
      questions.push(question);
      wakeUp?.();
    });
    await write('.env', 'SECRET=1\n');
    await write('.git/config', '[core]\n');
    await write('.git/HEAD', 'ref: refs/heads/main\n');
    ({ id } = await core.service.create({ name: 'guarded', folder, network: 'none' }));
    await settle();
  });
  afterEach(async () => {
    for (const workspace of core.service.list()) await core.service.remove(workspace.id);
    core.dispose();
    await fs.rm(dirname(folder), { recursive: true });
  });

  const write = async (path: string, content: string) => {
    await fs.mkdir(dirname(join(folder, path)), { recursive: true });
    await fs.writeFile(join(folder, path), content);
    await ownedByPerson(folder);
  };
  const sh = (line: string, of = id) => core.service.exec(of, ['sh', '-c', line]);
  /** Until the guard has seen the folder as it is. */
  const settle = async () => {
    await core.service.isolationReport(id);
    await core.folders.guard.requireNothingOpen(id).catch(() => undefined);
  };
  /** The next question, and how long it took. */
  const asked = async (kind: PathQuestion['kind'], since = performance.now()) => {
    for (;;) {
      const index = questions.findIndex((each) => each.kind === kind);
      const [question] = index < 0 ? [] : questions.splice(index, 1);
      if (question) {
        // As somebody who answers in a moment.
        await core.folders.guard.closed(question);
        return { ...question, afterMs: performance.now() - since };
      }
      await new Promise<void>((resolve) => (wakeUp = resolve));
    }
  };
  /** Until the workspace is as it is to be. */
  const until = async (isSo: (workspace: Workspace) => boolean) => {
    while (!isSo(core.service.get(id)!))
      await new Promise<void>((resolve) => {
        const subscription = core.service.onDidChange(() => {
          subscription.dispose();
          resolve();
        });
      });
  };
  const finding = async (of: string) =>
    (await core.service.isolationReport(id)).findings.find((each) => each.id === of);
  const stateOf = (of = id) => core.service.get(of)?.container.kind;

  it('asks within a second about what the container makes, and reports it until it is answered', async () => {
    const since = performance.now();
    await sh('mkdir -p sub/.vscode && echo evil > sub/.vscode/tasks.json');
    const question = await asked('protected', since);
    assert.deepEqual(question.paths, ['sub/.vscode']);
    assert.ok(question.afterMs < 1000 + 500, `${question.afterMs} ms, the start of the command included`);
    assert.equal(stateOf(), 'running');
    const open = await finding('protected-paths-new');
    assert.deepEqual([open?.ok, open?.severity, open?.actual], [false, 'warning', '"sub/.vscode"']);
    const entries = await core.service.securityLog(id);
    assert.deepEqual(
      entries.map(({ cause, subjects }) => [cause, ...subjects]),
      [['protectedPath', 'sub/.vscode']],
    );
    await core.folders.guard.keep(folder, question.paths);
    assert.equal((await finding('protected-paths-new'))?.ok, true);
    await sh('echo more >> sub/.vscode/tasks.json');
    assert.deepEqual((await asked('protected')).paths, ['sub/.vscode'], 'what was kept has changed');
  });

  it('asks about a link with such a name, which leads the host to what the container writes', async () => {
    await sh('mkdir v && echo evil > v/settings.json && ln -s v .vscode && mkdir sub && ln -s ../v sub/.git');
    const { paths } = await asked('protected');
    assert.deepEqual(paths, ['.vscode', 'sub/.git']);
    assert.equal((await finding('protected-paths-new'))?.ok, false);
    await core.folders.guard.keep(folder, paths);
    assert.equal((await finding('protected-paths-new'))?.ok, true);
    await sh('ln -sfn v/other .vscode');
    assert.deepEqual((await asked('protected')).paths, ['.vscode']);
  });

  it('asks once about many', async () => {
    // made elsewhere, so that they come up at one moment on a slow machine, too
    await sh(
      'for n in 1 2 3 4 5 6; do mkdir -p /tmp/q/p$n/.idea && echo x > /tmp/q/p$n/.idea/x; done; cp -r /tmp/q/. .',
    );
    assert.equal((await asked('protected')).paths.length, 6);
    assert.equal(questions.length, 0);
  });

  it('leaves in peace what the person saved, and not what somebody else wrote to it', async () => {
    const path = join(folder, '.vscode/settings.json');
    await write('.vscode/settings.json', '{}');
    await core.folders.guard.savedByPerson(path, new TextEncoder().encode('{}'));
    await settle();
    assert.equal((await finding('protected-paths-new'))?.ok, true);
    await sh('echo evil > .vscode/settings.json');
    await core.folders.guard.savedByPerson(path, new TextEncoder().encode('{}'));
    assert.deepEqual((await asked('protected')).paths, ['.vscode']);
  });

  it('moves to the quarantine and back, and a container that races it gains nothing', async () => {
    await sh('mkdir .husky && echo evil > .husky/pre-commit');
    const { paths } = await asked('protected');
    const racing = sh('while :; do mv .husky away; ln -s /etc .husky; rm .husky; mv away .husky; done').catch(
      () => undefined,
    );
    await core.folders.guard.moveToQuarantine(folder, paths).catch(() => undefined);
    await until(({ container }) => container.kind === 'running');
    await core.service.stop(id);
    await racing;
    // Either nothing of that name was there in the moment when everything stood still, or it was taken as it was.
    for (const { from, path } of await core.folders.quarantine.list()) {
      assert.equal(from, join(folder, '.husky'));
      assert.ok(await fs.lstat(path));
    }
    assert.ok((await fs.readdir('/etc')).includes('passwd'), 'no link was followed');
  });

  it('puts back what was in the quarantine as it was', async () => {
    await sh('mkdir -p a/.claude && echo evil > a/.claude/settings.json && ln -s /etc a/.claude/out');
    await core.folders.guard.moveToQuarantine(folder, (await asked('protected')).paths);
    assert.ok(!(await entriesOf(folder)).includes('a/.claude'));
    assert.equal((await finding('protected-paths-new'))?.ok, true);
    const [taken, ...others] = await core.folders.quarantine.list();
    assert.deepEqual([taken?.from, others], [join(folder, 'a/.claude'), []]);
    assert.equal(await fs.readlink(join(taken!.path, 'out')), '/etc');
    await core.folders.quarantine.restore(taken!);
    assert.equal(await fs.readFile(join(folder, 'a/.claude/settings.json'), 'utf8'), 'evil\n');
    assert.deepEqual(await core.folders.quarantine.list(), []);
  });

  it('puts nothing back through a link, also when the container changes the way to it all the time', async () => {
    await sh('mkdir -p sub/.claude && echo evil > sub/.claude/settings.json');
    await core.folders.guard.moveToQuarantine(folder, (await asked('protected')).paths);
    const racing = sh(
      'while :; do mv sub real; ln -s .. sub; sleep 0.01; rm sub; mv real sub; sleep 0.01; done',
    ).catch(() => undefined);
    const [taken] = await core.folders.quarantine.list();
    const outside = join(dirname(folder), '.claude');
    for (let round = 0; round < 10; round++) {
      const code = await codeOf(core.folders.quarantine.restore(taken!));
      await assert.rejects(fs.lstat(outside), 'a link was followed');
      if (code === 'resolved') break;
      assert.equal(code, 'folderForbidden');
    }
    await core.service.stop(id);
    await racing;
  });

  it('pauses when secrets come up, does not let it go on before somebody decides, and hides them after a restart', async () => {
    await write('conf/.env.local', 'SECRET=2\n');
    const question = await asked('hidden');
    assert.deepEqual([question.paths, question.workspaceIds], [['conf/.env.local'], [id]]);
    assert.equal(stateOf(), 'paused');
    assert.equal(await codeOf(core.service.resume(id)), 'conflict');
    assert.equal(stateOf(), 'paused');
    await core.service.restart(id);
    assert.equal((await sh('cat conf/.env.local')).stdout, '');
    assert.deepEqual(
      (await core.service.securityLog(id)).map(({ cause }) => cause),
      ['hiddenPath'],
    );
  });

  it('shows a secret that the person wants to be read', async () => {
    await write('.env.test', 'PORT=1\n');
    await core.folders.guard.show(folder, (await asked('hidden')).paths);
    await core.service.resume(id);
    assert.equal((await sh('cat .env.test')).stdout, 'PORT=1\n');
    assert.equal((await finding('hidden-paths-new'))?.ok, true);
  });

  it('lays anew what went when the host replaced a file, at once where nobody works in it', async () => {
    const startedAt = core.service.get(id)?.container;
    await write('new.tmp', 'SECRET=3\n');
    await fs.rename(join(folder, 'new.tmp'), join(folder, '.env'));
    await until(
      ({ container }) =>
        container.kind === 'running' && JSON.stringify(container) !== JSON.stringify(startedAt),
    );
    assert.equal((await sh('cat .env')).stdout, '');
    assert.ok(core.log.lines.some((line) => line.includes('is restarted: the host replaced ".env"')));
  });

  it('pauses and asks where somebody works in it', async () => {
    const working = sh('sleep 60').catch(() => undefined);
    await write('new.tmp', '[core]\n\tfsmonitor = x\n');
    await sh('true');
    await fs.rename(join(folder, 'new.tmp'), join(folder, '.git/config'));
    const question = await asked('lost');
    assert.deepEqual([question.paths, question.workspaceIds], [['.git/config'], [id]]);
    assert.equal(stateOf(), 'paused');
    await core.service.restart(id);
    await working;
    assert.notEqual((await sh('echo evil >> .git/config')).exitCode, 0);
  });

  it('does not ask about what it keeps from the container anyway, wherever that goes', async () => {
    await sh('mkdir deep; mv deep deeper');
    await fs.mkdir(join(folder, 'host'));
    await write('host/.env', 'SECRET=4\n');
    await asked('hidden');
    await core.service.restart(id);
    await sh('mv host elsewhere');
    await settle();
    assert.equal((await finding('hidden-paths-new'))?.ok, true);
    assert.equal((await sh('cat elsewhere/.env')).stdout, '');
  });

  it('reports what a window finds that has just opened', async () => {
    const storage = core.storage;
    core.dispose();
    await write('.mcp.json', '{}');
    core = workspacesOnEngine(engine.connection, storage, { quarantineFolder });
    core.folders.guard.onDidAsk((question) => {
      questions.push(question);
      wakeUp?.();
    });
    await core.reconcile();
    assert.deepEqual((await asked('protected')).paths, ['.mcp.json']);
  });
});
