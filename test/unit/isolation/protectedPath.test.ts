import assert from 'node:assert/strict';
import { PathRules } from '../../../src/isolation/pathRules.ts';
import { isProtectedPath } from '../../../src/isolation/protectedPath.ts';

const rules = new PathRules({ protectedPaths: ['Makefile'], hiddenPaths: [] });

describe('a path that may not exist yet', () => {
  it('is protected by its own name, by one above it, and as a part of git', () => {
    const paths = [
      '.vscode/tasks.json',
      'a/.VSCODE',
      '.git/hooks/pre-commit',
      '.git/config',
      '.git/modules/sub/hooks/x',
      '.git/modules/a/b/config',
      'sub/.git',
      'GIT~1/hooks/x',
      'node_modules/x/.git/hooks/post-merge',
      'deep/Makefile',
      'x.code-workspace',
    ];
    for (const path of paths) assert.equal(isProtectedPath({ path, isFolder: false }, rules), true, path);
    assert.equal(isProtectedPath({ path: '.devcontainer', isFolder: true }, rules), true);
  });

  it('is not where nothing runs it by itself', () => {
    const paths = [
      '.git/index',
      '.git/objects/ab/cd',
      '.git/refs/heads/main',
      'src/a.ts',
      'node_modules/x/.vscode/a',
    ];
    for (const path of paths) assert.equal(isProtectedPath({ path, isFolder: false }, rules), false, path);
    assert.equal(isProtectedPath({ path: '.git', isFolder: true }, rules), false);
  });
});
