import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PathRules } from '../../../../src/isolation/pathRules.ts';
import { FolderGate } from '../../../../src/vscode/languageServers/folderGate.ts';

describe('what a server in a container may see and change of a folder', () => {
  let parent: string;
  let gate: FolderGate;

  before(() => {
    parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'cordon-gate-')));
    const files = {
      'outside/secret.ts': 'secret',
      'app/src/a.ts': 'a',
      'app/.env': 'SECRET=1',
      'app/.vscode/settings.json': '{}',
      'app/bare.git/HEAD': 'ref',
      'app/bare.git/objects/x': '',
      'app/bare.git/config': '',
      'app/node_modules/x/.vscode/x.json': '{}',
      'app/own/x.ts': '',
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(parent, file)), { recursive: true });
      writeFileSync(path.join(parent, file), text);
    }
    const app = path.join(parent, 'app');
    symlinkSync('src', path.join(app, 'linked'));
    symlinkSync('src/a.ts', path.join(app, 'linked.ts'));
    symlinkSync('../outside', path.join(app, 'out'));
    symlinkSync('../outside/secret.ts', path.join(app, 'out.ts'));
    symlinkSync('../outside/nothing.ts', path.join(app, 'dangling.ts'));
    symlinkSync('.env', path.join(app, 'shown.ts'));
    symlinkSync('.vscode', path.join(app, 'editor'));
    symlinkSync('.', path.join(app, 'again'));
    linkSync(path.join(app, 'src/a.ts'), path.join(app, 'src/same.ts'));
    gate = new FolderGate(app, new PathRules({ protectedPaths: ['own/'], hiddenPaths: ['*.hidden'] }));
  });
  after(() => {
    rmSync(parent, { recursive: true });
  });

  for (const file of [
    'src/a.ts',
    'src/same.ts',
    'src/new.ts',
    'node_modules/x/.vscode/x.json',
    'linked.ts',
    'linked/a.ts',
  ])
    it(`is ${file} for its eyes`, () => {
      assert.ok(gate.isShared(file) && gate.isReadable(file));
    });

  for (const file of [
    '.env',
    '.ENV',
    'sub/.env.local',
    'x.pem',
    'x.hidden',
    '.vscode/settings.json',
    '.Vscode/x',
    'own/x.ts',
    '.git/config',
    '.git',
    'sub/.GIT/hooks/x',
    'x.code-workspace',
  ])
    it(`is not ${file}, whether there is one or not`, () => {
      assert.equal(gate.isShared(file), false);
      assert.equal(gate.isReadable(file), false);
      assert.equal(gate.mayChange(file), false);
    });

  for (const file of [
    'out.ts',
    'out/secret.ts',
    'dangling.ts',
    'shown.ts',
    'editor/settings.json',
    'again/.env',
    'again/editor/settings.json',
  ])
    it(`is not ${file}, where a link leads out of it or to what is closed`, () => {
      assert.equal(gate.isReadable(file), false);
      assert.equal(gate.mayChange(file), false);
    });

  it('are texts as they are in the file, whatever ends the lines', () => {
    writeFileSync(path.join(parent, 'app/text.ts'), '\ufeffa\r\nb');
    assert.ok(gate.holds('text.ts', 'a\nb') && gate.holds('text.ts', 'a\r\nb'));
    assert.ok(gate.holds('linked.ts', 'a'));
    for (const [file, text] of [
      ['text.ts', 'a'],
      ['src/a.ts', 'secret'],
      ['src', ''],
      ['nothing.ts', ''],
      ['out.ts', 'secret'],
      ['shown.ts', 'SECRET=1'],
    ] as const)
      assert.equal(gate.holds(file, text), false, file);
  });

  it('are files to change that are there, with no links on the way', () => {
    assert.ok(gate.mayChange('src/a.ts'));
    for (const file of [
      'src/new/b.ts',
      'linked/a.ts',
      'linked.ts',
      'linked/new.ts',
      'again/src/a.ts',
      'src/a.ts/b',
    ])
      assert.equal(gate.mayChange(file), false, file);
  });

  it('are no folders, which can hold what is closed, and not the folder itself', () => {
    for (const folder of ['', 'src', 'node_modules']) assert.equal(gate.mayChange(folder), false, folder);
  });

  it('are not the settings and hooks of a bare repository', () => {
    assert.equal(gate.mayChange('bare.git/config'), false);
    assert.equal(gate.mayChange('bare.git/hooks/post-commit'), false);
  });
});
