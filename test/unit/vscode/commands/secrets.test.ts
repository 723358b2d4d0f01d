import assert from 'node:assert/strict';
import type { Secret } from '../../../../src/workspaces/secrets/secret.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { finishedProcess } from '../../../support/fakeEngine.ts';
import { runProcesses } from '../../../support/fakeProcess.ts';

const token: Secret = { name: 'TOKEN', use: 'file', value: 'tok-0123456789' };
const deploy: Secret = { name: 'DEPLOY', use: 'command', value: 'dep-9876543210' };
const everything = 'Everything that runs in it';
const chosenOnly = 'Only commands that I choose it for';

async function given(...secrets: readonly Secret[]) {
  const cordon = cordonInWindow();
  const { id } = await cordon.given('demo');
  for (const secret of secrets) await cordon.secrets.set(id, secret);
  return { ...cordon, id };
}

describe('Set Secret', () => {
  it('asks for name, value and use, with ways back, and shows no value', async () => {
    const { window, secrets, id } = await given();
    const done = window.run('cordon.setSecret', id);
    let box = await window.nextInputBox();
    assert.deepEqual([box.place, box.password], ['Secret of demo (1/3)', false]);
    box.answer('../x');
    assert.match(box.problem, /1 to 100 letters/);
    box.answer('TOKEN');
    box = await window.nextInputBox();
    assert.deepEqual([box.place, box.password], ['Secret of demo (2/3)', true]);
    box.accept();
    assert.match(box.problem, /1 to 65536 bytes/);
    box.goBack();
    box = await window.nextInputBox();
    assert.equal(box.place, 'Secret of demo (1/3)');
    box.answer('NPM_TOKEN');
    (await window.nextInputBox()).answer('tok-0123456789');
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, [everything, chosenOnly]);
    pick.choose(everything);
    await done;
    const { text } = await window.nextMessage();
    assert.equal(text, 'The secret NPM_TOKEN is set, and is in /run/secrets/NPM_TOKEN now.');
    assert.deepEqual(await secrets.list(id), [{ name: 'NPM_TOKEN', use: 'file' }]);
    assert.deepEqual(secrets.kept.values(id), ['tok-0123456789']);
  });

  it('does nothing where the person gives up', async () => {
    const { window, secrets, id } = await given();
    for (const steps of [1, 2, 3]) {
      const done = window.run('cordon.setSecret', id);
      const inputs = ['TOKEN', 'tok-0123456789'].slice(0, steps - 1);
      for (const input of inputs) (await window.nextInputBox()).answer(input);
      (steps === 3 ? await window.nextQuickPick() : await window.nextInputBox()).dismiss();
      await done;
    }
    assert.deepEqual(await secrets.list(id), []);
  });

  it('takes text of several lines from a file, as it is', async () => {
    const { window, secrets, id } = await given();
    const key = '\ufeff-----BEGIN KEY-----\r\nZm9v\n-----END KEY-----\n';
    window.files.openFrom = '/home/me/key.pem';
    window.files.readable.set('/home/me/key.pem', Buffer.from(key));
    const done = window.run('cordon.setSecret', id);
    (await window.nextInputBox()).answer('key.pem');
    (await window.nextInputBox()).press('Read the Value from a File…');
    await done;
    assert.deepEqual(await secrets.list(id), [{ name: 'key.pem', use: 'file' }], 'it can be no variable');
    assert.deepEqual(secrets.kept.values(id), [key]);
  });

  for (const [what, content] of [
    ['no text', Buffer.from([0xff, 0xfe, 0])],
    ['too large', Buffer.alloc(65_537, 'x')],
    ['empty', Buffer.alloc(0)],
  ] as const)
    it(`takes no file that is ${what}`, async () => {
      const { window, secrets, id } = await given();
      window.files.openFrom = '/home/me/key';
      window.files.readable.set('/home/me/key', content);
      const done = window.run('cordon.setSecret', id);
      (await window.nextInputBox()).answer('key.pem');
      (await window.nextInputBox()).press('Read the Value from a File…');
      await done;
      const message = await window.nextMessage();
      assert.equal(message.kind, 'error');
      assert.match(message.text, /holds no text of 1 to 65536 bytes: \/home\/me\/key/);
      assert.deepEqual(await secrets.list(id), []);
    });

  it('says when the container does not have it yet, or could not be given it', async () => {
    const { window, service, engine, id } = await given();
    const set = async () => {
      const done = window.run('cordon.setSecret', id);
      (await window.nextInputBox()).answer('TOKEN');
      (await window.nextInputBox()).answer('tok-0123456789');
      (await window.nextQuickPick()).choose(everything);
      await done;
      return await window.nextMessage();
    };
    engine.process = () => finishedProcess(12, token.value, token.value);
    const failed = await set();
    assert.equal(failed.kind, 'error');
    assert.match(failed.text, /could not be written into the container: its \/run\/secrets is full/);
    assert.doesNotMatch(failed.text, /tok-/);
    await service.stop(id);
    assert.match((await set()).text, /once the workspace runs/);
  });
});

describe('Remove Secret', () => {
  it('asks which, and once more', async () => {
    const { window, secrets, id } = await given(token, deploy);
    const done = window.run('cordon.removeSecret', id);
    const pick = await window.nextQuickPick();
    assert.deepEqual(
      pick.items.map(({ label, description }) => [label, description]),
      [
        ['DEPLOY', 'for chosen commands'],
        ['TOKEN', '/run/secrets/TOKEN'],
      ],
    );
    pick.choose('TOKEN');
    const question = await window.nextMessage();
    assert.ok(question.isModal);
    question.press('Remove Secret');
    await done;
    assert.deepEqual(
      (await secrets.list(id)).map(({ name }) => name),
      ['DEPLOY'],
    );
  });

  it('says when there is none, and removes nothing without a yes', async () => {
    const { window, secrets, id } = await given();
    await window.run('cordon.removeSecret', id);
    assert.equal((await window.nextMessage()).text, 'demo has no secrets.');
    await secrets.set(id, token);
    const done = window.run('cordon.removeSecret', id);
    (await window.nextQuickPick()).choose('TOKEN');
    (await window.nextMessage()).dismiss();
    await done;
    assert.equal((await secrets.list(id)).length, 1);
  });

  it('offers to remove all where they cannot be read', async () => {
    const { window, secrets, secretStore, id } = await given(token);
    secretStore.texts.set(id, 'damaged');
    const done = window.run('cordon.removeSecret', id);
    const question = await window.nextMessage();
    assert.match(question.text, /damaged/);
    question.press('Remove All Secrets');
    await done;
    assert.deepEqual(await secrets.list(id), []);
  });
});

describe('Secrets…', () => {
  it('lists them by name, and replaces and removes what is chosen', async () => {
    const { window, secrets, id } = await given(token, deploy);
    let done = window.run('cordon.manageSecrets', id);
    let pick = await window.nextQuickPick();
    assert.deepEqual(
      [pick.title, pick.labels],
      ['Secrets of demo', ['$(add) Set a Secret…', 'DEPLOY', 'TOKEN']],
    );
    pick.choose('DEPLOY');
    (await window.nextQuickPick()).goBack();
    (await window.nextQuickPick()).choose('DEPLOY');
    (await window.nextQuickPick()).choose('$(edit) Set a New Value…');
    const box = await window.nextInputBox();
    assert.deepEqual([box.place, box.value], ['Secret of demo (1/2)', '']);
    box.answer('dep-new');
    pick = await window.nextQuickPick();
    assert.deepEqual(
      pick.activeItems.map(({ label }) => label),
      [chosenOnly],
      'as it was',
    );
    pick.accept();
    await done;
    assert.match((await window.nextMessage()).text, /Run Command asks which commands get it/);
    assert.deepEqual(secrets.kept.values(id), [token.value, deploy.value, 'dep-new']);
    done = window.run('cordon.manageSecrets', id);
    (await window.nextQuickPick()).choose('TOKEN');
    (await window.nextQuickPick()).choose('$(trash) Remove…');
    (await window.nextMessage()).press('Remove Secret');
    await done;
    done = window.run('cordon.manageSecrets', id);
    pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, ['$(add) Set a Secret…', 'DEPLOY']);
    pick.dismiss();
    await done;
  });
});

describe('Run Command with secrets', () => {
  it('asks which it gets, remembers that, and masks them in what it shows', async () => {
    const { window, engine, memory, id } = await given(token, deploy);
    const processes = runProcesses(engine);
    const running = engine.process;
    engine.process = (request) =>
      request.stdin && request.command[5] === 'one' ? finishedProcess(0) : running(request);
    let done = window.run('cordon.runCommand', id);
    (await window.nextInputBox()).answer(`deploy ${deploy.value}`);
    let pick = await window.nextQuickPick();
    assert.deepEqual([pick.labels, pick.selectedItems], [['DEPLOY', 'TOKEN'], []]);
    pick.tick('DEPLOY');
    pick.accept();
    const process = await processes.next();
    assert.deepEqual(process.request.command.slice(5), ['sh', '-c', `deploy ${deploy.value}`]);
    assert.equal((await window.nextProgress()).title, 'Running "deploy •••" in demo');
    const [terminal] = window.terminals;
    process.print('token: dep-98765');
    process.print('43210 and tok-0123456789.');
    process.exit(0);
    await done;
    await terminal?.shows('token: ••• and •••.');
    assert.match((await window.nextMessage()).text, /deploy •••$/);
    assert.doesNotMatch(JSON.stringify([terminal?.name, ...memory.values]), /dep-|tok-/);
    done = window.run('cordon.runCommand', id);
    const box = await window.nextInputBox();
    assert.equal(box.value, '', 'a line with a secret in it is not remembered');
    box.answer('make');
    pick = await window.nextQuickPick();
    assert.deepEqual(pick.selectedItems, [pick.row('DEPLOY')]);
    pick.dismiss();
    await done;
  });

  it('asks nothing where no secret is for commands', async () => {
    const { window, engine, id } = await given(token);
    const processes = runProcesses(engine);
    const done = window.run('cordon.runCommand', id);
    (await window.nextInputBox()).answer('make');
    const process = await processes.next();
    assert.deepEqual(process.request.command, ['sh', '-c', 'make']);
    process.exit(0);
    await done;
  });
});
