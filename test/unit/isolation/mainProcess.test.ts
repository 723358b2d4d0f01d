import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isTold, mainCommand, toldFirst } from '../../../src/isolation/mainProcess.ts';

describe('the main process', () => {
  it('waits for what it is told only where it is a shell', () => {
    assert.deepEqual(
      (['shell', 'sleep', 'image'] as const).map((kind) => isTold(mainCommand(kind))),
      [true, false, false],
    );
    assert.equal(isTold(['/bin/sh', '-c', 'true']), false);
  });

  it('runs the words that it is told as they are, without an input, and sleeps', async () => {
    const words = ['a b', "it's", '$HOME', '`id`', '\\', '', 'two\nlines', '*', ';exit'];
    const shell = spawn('/bin/sh', { env: { PATH: '/nowhere' } });
    let printed = '';
    const ended = once(shell, 'exit');
    const all = `${words.join('|')}|0`;
    shell.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.length >= all.length) shell.kill();
    });
    shell.stdin.write(toldFirst(['/bin/sh', '-c', 'printf "%s|" "$@"; wc -c', 'sh', ...words].map(withPath)));
    const [code, signal] = (await ended) as [number | null, string | null];
    assert.deepEqual([printed.trim(), code, signal], [all, null, 'SIGTERM']);
  });
});

function withPath(word: string): string {
  return word.startsWith('printf') ? `PATH=/usr/bin:/bin; ${word}` : word;
}
