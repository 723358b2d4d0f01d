import assert from 'node:assert/strict';
import { CordonError } from '../../../../src/shared/errors.ts';
import { ServerPrograms } from '../../../../src/vscode/languageServers/serverPrograms.ts';

function programsOf(answer: (names: readonly string[]) => readonly string[]) {
  const asked: (readonly string[])[] = [];
  const programs = new ServerPrograms(
    {
      programs: (_id, names) => {
        asked.push(names);
        return Promise.resolve(new Set(answer(names)));
      },
    },
    'w1',
  );
  const find = async (names: readonly string[], atMs: number) => [
    ...((await programs.find(names, atMs)) ?? ['none']),
  ];
  return { find, asked };
}

describe('the programs of a container', () => {
  it('are looked for once, and those that are missing again after a while', async () => {
    let there = ['gopls'];
    const { find, asked } = programsOf(() => there);
    assert.deepEqual(await find(['gopls', 'clangd'], 0), ['gopls']);
    assert.deepEqual(await find(['gopls', 'clangd'], 29_000), ['gopls']);
    there = ['clangd'];
    assert.deepEqual(await find(['gopls', 'clangd'], 31_000), ['gopls', 'clangd']);
    assert.deepEqual(asked, [['gopls', 'clangd'], ['clangd']]);
  });

  it('are not known where it cannot be asked, and none where it has no shell', async () => {
    for (const [code, found] of [
      ['notRunning', ['none']],
      ['invalidRequest', []],
    ] as const) {
      const { find } = programsOf(() => {
        throw new CordonError(code, code);
      });
      assert.deepEqual(await find(['gopls'], 0), found);
    }
  });
});
