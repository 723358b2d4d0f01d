import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureImages, languagesImage } from '../host/images.mjs';
import { shell, testEngine } from '../support/engine.ts';
import { Asker, askerExtension } from './support/asker.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

interface Place {
  readonly uri?: string;
  readonly targetUri?: string;
}
interface Problem {
  readonly message: string;
  readonly source: string;
}

const project = {
  'tsconfig.json':
    '{ "compilerOptions": { "strict": true, "lib": ["es2022"], "types": [] }, "include": ["src"] }\n',
  'src/a b.ts':
    "import { greet } from './greet';\nexport const n: number = greet('x');\nexport const l = [1].map(String);\n",
  'src/greet.ts': "export function greet(name: string): string {\n  return 'hi ' + name;\n}\n",
  'py/hello.py': 'def hello(name: str) -> str:\n    return name\n',
  'run.sh': '#!/bin/bash\ngreet() {\n  echo "hi $1"\n}\ngreet you\n',
  'py/main.py': 'from hello import hello\n\nhello(1)\n',
};

describe('language servers in a window', function () {
  this.timeout(300_000);
  let host: CordonHost;
  let window: CordonWindow;
  let asker: Asker;

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [languagesImage] });
    await engine.dispose();
    host = await startCordon({
      folderName: 'täglich (1)',
      files: project,
      settings: {
        'cordon.image': languagesImage,
        // stands in for an extension that does the same
        'cordon.languageServers': { typescript: { extensions: ['cordon.cordon-asker'] } },
      },
      otherExtensions: [askerExtension],
    });
    window = host.window;
    asker = new Asker(host);
    await window.quickInput.run('Cordon: Create Workspace');
    const row = await window.tree.waitFor(host.name, 'running');
    await row.locator('.monaco-tl-twistie').click();
  });
  after(() => host.close());

  /** What the server in the container says of a document: the extension of VS Code signs with `ts`. */
  const problemsOf = async (file: string, source: string) =>
    (await asker.ask<Problem[]>('diagnostics', asker.uriOf(file))).filter((each) => each.source === source);
  const problem = (file: string, source: string, message: RegExp) =>
    eventually(
      `${message.source} in ${file}`,
      async () => (await problemsOf(file, source)).find((each) => message.test(each.message)),
      120_000,
    );
  const definitionsAt = async (file: { readonly uri: string }, line: number, character: number) => {
    const places = await asker.ask<Place[]>('vscode.executeDefinitionProvider', file, { line, character });
    return places.map(({ uri, targetUri }) => targetUri ?? uri ?? '');
  };

  it('show what is wrong on the document of the window', async () => {
    await asker.ask('open', asker.uriOf('src/a b.ts'));
    await problem('src/a b.ts', 'typescript', /Type 'string' is not assignable to type 'number'/);
    await window.tree.row(/Language server.*typescript-language-server/).waitFor();
    await window.shot('language-server-problem');
  });

  it('say once that an extension does the same outside', async () => {
    await window.notifications.told(/"typescript" runs in the workspace.*does the same outside of it/);
  });

  it('lead to definitions in the folder, and to those that only the container has', async () => {
    const file = asker.uriOf('src/a b.ts');
    const inFolder = await definitionsAt(file, 1, 27);
    assert.ok(inFolder.includes(asker.uriOf('src/greet.ts').uri), inFolder.join(' '));
    const [library] = (await definitionsAt(file, 2, 23)).filter((uri) => uri.startsWith('cordon-container:'));
    assert.match(
      library ?? '',
      /^cordon-container:\/\/[\w-]+\/usr\/local\/lib\/node_modules\/typescript\/lib\/lib\.es5\.d\.ts$/,
    );
    const opened = await asker.ask<{ text: string; language: string }>('open', { uri: library });
    assert.match(opened.text, /interface Array<T>/);
    assert.equal(opened.language, 'typescript');
    await window.shot('language-server-library');
    const fromThere = await definitionsAt(
      { uri: library ?? '' },
      opened.text.split('\n').findIndex((line) => line.startsWith('interface String {')),
      12,
    );
    assert.ok(
      fromThere.some((uri) => uri.startsWith('cordon-container:')),
      fromThere.join(' '),
    );
  });

  it('tell what a thing is, and rename it in all files', async () => {
    const main = asker.uriOf('py/main.py');
    await asker.ask('open', main);
    await problem('py/main.py', 'Pyright', /cannot be assigned to parameter "name"/);
    const hovers = await asker.ask<{ contents: { value: string }[] }[]>('vscode.executeHoverProvider', main, {
      line: 2,
      character: 1,
    });
    assert.match(JSON.stringify(hovers), /def hello\(name: str\) -> str/);
    const place = { line: 2, character: 1 };
    const edits = await asker.ask<{ uri: string }[]>('rename', main, place, 'hallo');
    assert.deepEqual(edits.map(({ uri }) => uri).sort(), [asker.uriOf('py/hello.py').uri, main.uri]);
    await asker.ask('apply', main, place, 'hallo');
    assert.match(await asker.ask<string>('text', asker.uriOf('py/hello.py')), /^def hallo/);
    assert.match(await asker.ask<string>('text', main), /import hallo\n\nhallo\(1\)/);
  });

  it('know shell scripts, too', async () => {
    const script = asker.uriOf('run.sh');
    await asker.ask('open', script);
    const [found] = await eventually('a definition', async () => {
      const places = await definitionsAt(script, 4, 2);
      return places.length > 0 && places;
    });
    assert.equal(found, script.uri);
    const items = await asker.ask<{ items: { label: string }[] }>(
      'vscode.executeCompletionItemProvider',
      script,
      { line: 4, character: 3 },
    );
    assert.ok(JSON.stringify(items).includes('greet'));
  });

  it('come back when they are killed', async () => {
    const { stdout } = await shell(
      host.engine.engine,
      (await host.containerId()) ?? '',
      'pkill -KILL -f [t]ypescript-language-server; echo struck',
    );
    assert.equal(stdout, 'struck\n');
    await asker.ask(
      'insert',
      asker.uriOf('src/a b.ts'),
      { line: 3, character: 0 },
      "export const afterKill: number = 'k';\n",
    );
    await eventually(
      'both problems, from another server',
      async () => (await problemsOf('src/a b.ts', 'typescript')).length === 2,
      120_000,
    );
  });

  it('stand still with a paused workspace, and go on with it', async () => {
    await window.quickInput.run('Cordon: Pause Workspace');
    await window.quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'paused');
    await asker.ask(
      'insert',
      asker.uriOf('src/a b.ts'),
      { line: 3, character: 0 },
      "export const whilePaused: number = 'p';\n",
    );
    await window.quickInput.run('Cordon: Resume Workspace');
    await window.quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'running');
    await eventually(
      'three problems',
      async () => (await problemsOf('src/a b.ts', 'typescript')).length === 3,
      120_000,
    );
  });

  it('are listed with what can be done with them', async () => {
    await window.quickInput.run('Cordon: Language Servers…');
    await window.quickInput.asks('Language Servers');
    const rows = await eventually('all three servers', async () => {
      const all = await window.quickInput.rows();
      return all.length === 3 && all;
    });
    assert.ok(
      rows.every((row) => row.includes(`runs in ${host.name}`)),
      rows.join('; '),
    );
    await window.shot('language-servers');
    await window.quickInput.dismiss();
  });

  it('end with the workspace without a word, and begin with it again', async () => {
    await window.notifications.clear();
    await window.quickInput.run('Cordon: Stop Workspace');
    await window.quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'stopped');
    await eventually(
      'no problem left',
      async () => (await problemsOf('src/a b.ts', 'typescript')).length === 0,
    );
    assert.equal(await window.notifications.item(/language server/).count(), 0);
    await window.quickInput.run('Cordon: Start Workspace');
    await window.quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'running');
    await problem('src/a b.ts', 'typescript', /Type 'string' is not assignable to type 'number'/);
  });
});

describe('a language server that means ill', function () {
  this.timeout(300_000);
  let host: CordonHost;
  let window: CordonWindow;
  let asker: Asker;
  let outside: string;

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [languagesImage] });
    await engine.dispose();
    host = await startCordon({
      files: {
        'edits.deed': 'edits',
        'look.deed': 'look',
        'huge.deed': 'huge',
        'flood.deed': 'flood',
        'fine.txt': 'fine\n',
        'kept/file': 'kept\n',
        '.vscode/settings.json': '{}\n',
        '.secrets.deed': 'hidden',
      },
      settings: {
        'cordon.image': languagesImage,
        'cordon.hiddenPaths': ['.secrets.deed'],
        'cordon.languageServers': {
          hostile: { command: ['node', '/workspace/server.mjs'], patterns: ['**/*.deed'] },
        },
      },
      otherExtensions: [askerExtension],
    });
    window = host.window;
    asker = new Asker(host);
    outside = path.join(path.dirname(host.folder), 'elsewhere');
    await mkdir(outside);
    await writeFile(path.join(outside, 'private.deed'), 'private');
    await symlink(outside, path.join(host.folder, 'out'));
    await copyFile(
      path.join(import.meta.dirname, 'support/servers/hostile.mjs'),
      path.join(host.folder, 'server.mjs'),
    );
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(() => host.close());

  const noted = async () =>
    (await readFile(path.join(host.folder, 'noted.txt'), 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('changes nothing outside of the folder, no protected path and nothing through a link', async () => {
    await asker.ask('open', asker.uriOf('edits.deed'));
    const answers = await eventually('all answers', async () => {
      const all = (await noted()).filter((each) => 'answer' in each);
      return all.length === 9 && all;
    });
    const resultOf = (id: number) =>
      answers.find(({ answer }) => answer === id)?.['result'] as { applied?: boolean };
    for (let id = 1; id <= 6; id++) assert.equal(resultOf(id).applied, false, String(id));
    assert.deepEqual(resultOf(7), { success: false });
    assert.deepEqual(resultOf(8), [null, null]);
    assert.equal(resultOf(9).applied, true, 'a file of the folder it may change');
    assert.equal(await asker.ask<string>('text', asker.uriOf('fine.txt')), 'OWNEDfine\n');
    for (const file of ['.vscode/tasks.json', '.git/config', 'out/evil.txt', '../outside.txt', '.env'])
      assert.equal(existsSync(path.join(host.folder, file)), false, file);
    assert.equal(existsSync(path.join(host.folder, 'kept/file')), true);
  });

  it('learns nothing of this machine, of hidden files, or of what a link leads to', async () => {
    for (const file of ['.secrets.deed', 'out/private.deed', 'look.deed'])
      await asker.ask('open', asker.uriOf(file));
    await eventually('the last one', async () =>
      (await noted()).some(({ opened }) => opened === 'file:///workspace/look.deed'),
    );
    const all = JSON.stringify(await noted());
    assert.ok(!all.includes('hidden') && !all.includes('private'), all);
    assert.ok(!all.includes(path.dirname(host.folder)), all);
    const [{ processId }] = (await noted()) as [{ processId: unknown }];
    assert.equal(processId, null);
  });

  it('has no command of the window run, no image fetched, and no place renamed outside', async () => {
    const place = { line: 0, character: 1 };
    const hovers = JSON.stringify(
      await asker.ask('vscode.executeHoverProvider', asker.uriOf('look.deed'), place),
    );
    assert.ok(hovers.includes('click') && !hovers.includes('!['), hovers);
    assert.ok(!hovers.includes('"isTrusted":true') && !hovers.includes('"supportHtml":true'), hovers);
    const lenses = JSON.stringify(
      await asker.ask('vscode.executeCodeLensProvider', asker.uriOf('look.deed')),
    );
    assert.ok(!lenses.includes('cordon.panic'), lenses);
    await assert.rejects(asker.ask('rename', asker.uriOf('look.deed'), place, 'x'));
    assert.equal(existsSync(path.join(outside, 'evil.txt')), false);
  });

  it('that floods the window keeps nobody from working', async () => {
    await asker.ask('open', asker.uriOf('flood.deed'));
    await window.notifications.told(/flood flood/);
    await window.quickInput.run('Cordon: Language Servers…');
    await window.quickInput.asks('Language Servers');
    await window.shot('language-server-flood');
    await window.quickInput.choose('hostile');
    await window.quickInput.choose('Restart');
    const toasts = window.page.locator('.notifications-toasts .notification-list-item');
    assert.ok((await toasts.count()) <= 6);
  });

  it('that sends too much at once is given up after a few tries, with a message', async () => {
    await window.notifications.clear();
    await asker.ask('open', asker.uriOf('huge.deed'));
    await window.notifications.item(/"hostile".*ended again and again/).waitFor({ timeout: 120_000 });
    await window.shot('language-server-given-up');
  });
});
