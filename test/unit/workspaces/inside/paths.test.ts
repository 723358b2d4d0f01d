import assert from 'node:assert/strict';
import { HostPathsInOutput } from '../../../../src/workspaces/inside/hostPathsInOutput.ts';
import { pathsInside } from '../../../../src/workspaces/inside/pathsInside.ts';

describe('paths of this machine in the words of a task', () => {
  it('become those of the container, wherever they stand', () => {
    const inside = (text: string) => pathsInside(text, '/home/me/app');
    assert.equal(inside('/home/me/app/src/a b.ts'), '/workspace/src/a b.ts');
    assert.equal(inside('/home/me/app'), '/workspace');
    assert.equal(
      inside('cp "/home/me/app/a" --to=/home/me/app/b; ls /home/me/app'),
      'cp "/workspace/a" --to=/workspace/b; ls /workspace',
    );
    assert.equal(inside('/home/me/app:/usr/lib'), '/workspace:/usr/lib');
  });

  it('stay where they are of another folder', () => {
    for (const text of [
      '/home/me/app2/x',
      '/home/me/app.old',
      '/srv/home/me/app/x',
      'home/me/app',
      '/home/me',
    ])
      assert.equal(pathsInside(text, '/home/me/app'), text);
    assert.equal(pathsInside('/a/b', '/'), '/a/b');
  });

  it('take a folder of a hostile name for text', () => {
    assert.equal(pathsInside('/p/(a+)+$&/x', '/p/(a+)+$&'), '/workspace/x');
    assert.equal(pathsInside('/p/aaaa/x', '/p/(a+)+$&'), '/p/aaaa/x');
  });

  it('are those of Windows, in either case and with either slash', () => {
    const inside = (text: string) => pathsInside(text, 'c:\\Users\\me\\app');
    assert.equal(inside('C:\\Users\\me\\app\\src\\my file.ts'), '/workspace/src/my file.ts');
    assert.equal(inside('c:/users/me/app/src'), '/workspace/src');
    assert.equal(inside('c:\\Users\\me\\apple'), 'c:\\Users\\me\\apple');
  });
});

describe('paths of the container in what a task prints', () => {
  const whole = (text: string, folder = '/home/me/app') => {
    const output = new HostPathsInOutput(folder);
    return output.write(text) + output.flush();
  };

  it('become those of this machine', () => {
    assert.equal(whole('/workspace/src/a.ts(1,2): error'), '/home/me/app/src/a.ts(1,2): error');
    assert.equal(
      whole('at file:///workspace/a.js:3 (/workspace/b.js) "/workspace/c"'),
      'at file:///home/me/app/a.js:3 (/home/me/app/b.js) "/home/me/app/c"',
    );
    assert.equal(whole('\u001b[4m/workspace/a.js\u001b[24m'), '\u001b[4m/home/me/app/a.js\u001b[24m');
    assert.equal(whole('/workspace/a\r\n/workspace/b', 'c:\\app\\'), 'c:\\app/a\r\nc:\\app/b');
  });

  it('stay where they are no path of the folder', () => {
    for (const text of [
      '/workspaces/a',
      '/home/workspace/a',
      './workspace/a',
      'http://host/workspace/a',
      'x/workspace/',
      'é/workspace/a',
    ])
      assert.equal(whole(text), text);
  });

  it('are found wherever the output is cut', () => {
    const text = 'in \u001b[31m/workspace/a.ts\u001b[0m and x/workspace/b, /workspace/workspace/c/workspace/';
    const expected = whole(text);
    assert.match(expected, /x\/workspace\/b, \/home\/me\/app\/workspace\/c\/workspace\/$/);
    for (let first = 0; first <= text.length; first++)
      for (let second = first; second <= text.length; second += 3) {
        const output = new HostPathsInOutput('/home/me/app');
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        assert.equal(pieces.map((piece) => output.write(piece)).join('') + output.flush(), expected);
      }
  });

  it('keep back only what may be the beginning of one', () => {
    const output = new HostPathsInOutput('/home/me/app');
    assert.equal(output.write('Which folder? /work'), 'Which folder? ');
    assert.ok(output.isWaiting);
    assert.equal(output.flush(), '/work');
    assert.ok(!output.isWaiting);
    assert.equal(output.write('shop/'), 'shop/');
  });
});
