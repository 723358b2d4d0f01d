import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { localMachine } from '../../../src/vscode/localMachine.ts';

const hourMs = 3_600_000;
const module = pathToFileURL(path.join(import.meta.dirname, '../../../src/vscode/processIdentity.ts')).href;

describe('what is known of this machine', () => {
  it('takes only for alive what is a process, and another one than this', () => {
    assert.equal(localMachine.isAlive(process.ppid), true);
    for (const pid of [process.pid, 0, -1, -process.ppid, 2 ** 31 - 1, 2 ** 32, 2 ** 32 + process.ppid])
      assert.equal(localMachine.isAlive(pid), false, `${pid}`);
    assert.equal(localMachine.isAlive(localMachine.owner), false);
  });

  it('believes an id alone for an hour, for ids are used again', () => {
    for (const ms of [-2 * hourMs, 2 * hourMs])
      assert.equal(localMachine.isAlive(process.ppid, Date.now() + ms), false);
    for (const ms of [-hourMs / 2, hourMs / 2])
      assert.equal(localMachine.isAlive(process.ppid, Date.now() + ms), true);
  });

  it('knows another process by its number while it lives, wherever the clock goes', async function () {
    if (process.platform !== 'linux') this.skip();
    const script = `import(${JSON.stringify(module)}).then((m) => { console.log(m.thisProcess); setInterval(() => {}, 1000); })`;
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const owner = Number(String(line));
    assert.ok(owner > 2 ** 22 && owner % 2 ** 22 === child.pid, `${owner} of ${child.pid}`);
    assert.equal(localMachine.isAlive(owner, Date.now() + 30 * 24 * hourMs), true);
    assert.equal(localMachine.isAlive(owner + 2 ** 22), false, 'an earlier process with this id');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(localMachine.isAlive(owner), false);
  });
});
