import assert from 'node:assert/strict';
import { isGitName, PathRules, type PathPatterns } from '../../../src/isolation/pathRules.ts';

const none: PathPatterns = { protectedPaths: [], hiddenPaths: [] };

function decide(path: string, patterns: Partial<PathPatterns> = {}) {
  const rules = new PathRules({ ...none, ...patterns });
  const isFolder = path.endsWith('/');
  const plain = isFolder ? path.slice(0, -1) : path;
  const entry = { path: plain, name: plain.split('/').at(-1) ?? '', isFolder };
  const decision = rules.isHidden(entry) ? 'hidden' : rules.isProtected(entry, false) ? 'protected' : 'free';
  if (decision !== 'free') assert.ok(rules.mayMatter(entry.name), path);
  return decision;
}

describe('path rules', () => {
  it('hide what holds secrets, at any depth and in any case', () => {
    const hidden = [
      '.env',
      '.env.local',
      '.env.production',
      'server.pem',
      'a/b/tls.KEY',
      'id_rsa',
      'id_ed25519.pub',
    ];
    for (const path of [
      ...hidden,
      '.npmrc',
      '.netrc',
      '.pypirc',
      'x/.Env',
      '.ENV.local',
      'ID_RSA',
      '.env/',
      'id_x.old',
    ])
      assert.equal(decide(path), 'hidden', path);
  });

  it('show what only looks like it', () => {
    for (const path of [
      '.env.example',
      'env',
      '.environment',
      'key.txt',
      'pem',
      'src/id_map.py',
      'id_tokens.ts',
      'id_/',
      'id_rsa/',
      'void_x',
    ])
      assert.equal(decide(path), 'free', path);
  });

  it('protect what makes a host run code, at any depth and in any case', () => {
    const names = [
      '.vscode/',
      '.devcontainer/',
      '.devcontainer.json',
      '.idea/',
      '.husky/',
      '.githooks/',
      '.envrc',
    ];
    for (const path of [
      ...names,
      '.cursor/',
      '.claude/',
      '.mcp.json',
      'shop.code-workspace',
      'x.CODE-WORKSPACE',
      'a/.VSCode/',
      // What some disks take for the letters of ASCII.
      'a/.v\u017fcode/',
      'mi\u017fe.toml',
      'lefthoo\u212a.yml',
      'Lefthook.yml',
      ...[
        '.lefthook-local.yaml',
        'lefthook.toml',
        'mise.local.toml',
        '.mise.toml',
        '.mise/',
        'opencode.json',
      ],
    ])
      assert.equal(decide(path), 'protected', path);
    for (const path of [
      'vscode/',
      '.vscodeignore',
      'code-workspace',
      '.github/',
      'package.json',
      '.gitignore',
    ])
      assert.equal(decide(path), 'free', path);
  });

  it("leave dependencies to the tools that replace them, but a person's pattern reaches there", () => {
    const entry = { path: 'node_modules/a/.vscode', name: '.vscode', isFolder: true };
    assert.equal(new PathRules(none).isProtected(entry, true), false);
    assert.equal(
      new PathRules({ ...none, protectedPaths: ['node_modules/*/.vscode/'] }).isProtected(entry, true),
      true,
    );
  });

  it("take a person's patterns as git takes those of a .gitignore", () => {
    const hiddenPaths = ['secrets/', '/top.txt', '*.p12', 'conf/**/private*', '[Tt]oken', '# no.txt'];
    for (const path of [
      'secrets/',
      'a/secrets/',
      'top.txt',
      'a/b.p12',
      'conf/x/y/private.json',
      'a/Token',
      'SECRETS/',
    ])
      assert.equal(decide(path, { hiddenPaths }), 'hidden', path);
    for (const path of ['secrets', 'a/top.txt', 'b.p12x', 'private.json', 'no.txt'])
      assert.equal(decide(path, { hiddenPaths }), 'free', path);
    assert.equal(decide('Makefile', { protectedPaths: ['makefile'] }), 'protected');
    assert.equal(decide('a/anything', { hiddenPaths: ['a/*'] }), 'hidden');
  });

  it('let a person take back a built-in name; the last pattern that fits decides', () => {
    assert.equal(decide('test/server.pem', { hiddenPaths: ['!test/*.pem'] }), 'free');
    assert.equal(decide('server.pem', { hiddenPaths: ['!test/*.pem'] }), 'hidden');
    assert.equal(decide('node_modules/a/b.key', { hiddenPaths: ['!node_modules/'] }), 'free');
    assert.equal(decide('test/server.pem', { hiddenPaths: ['!*.pem', 'test/server.pem'] }), 'hidden');
    assert.equal(decide('test/server.pem', { hiddenPaths: ['test/server.pem', '!*.pem'] }), 'free');
    assert.equal(decide('.idea/', { protectedPaths: ['!.idea/'] }), 'free');
  });

  it('know .git by every name that a disk may know it by', () => {
    for (const name of ['.git', '.GIT', '.g\u200cit', '.git\u200e', 'git~1', 'GIT~1', '\ufeff.git'])
      assert.ok(isGitName(name), JSON.stringify(name));
    for (const name of ['.gitignore', 'git', 'x.git', '.gi', '.github']) assert.ok(!isGitName(name), name);
  });
});
