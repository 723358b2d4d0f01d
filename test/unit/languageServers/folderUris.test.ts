import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FolderUris } from '../../../src/languageServers/folderUris.ts';

const workspaceId = 'b6a9d4f2-0000-4000-8000-000000000000';

function sides(hostUri: string, hostPath: string, platform: NodeJS.Platform = 'linux', ...more: string[]) {
  const uris = [hostUri, ...more] as [string, ...string[]];
  return new FolderUris({ hostUris: uris, hostPaths: [hostPath], workspaceId, platform });
}
const posix = sides('file:///home/me/my%20%5Bproject%5D', '/home/me/my [project]');
const windows = sides('file:///c%3A/Users/me/app', 'c:\\Users\\me\\app', 'win32');

/** A name that a file can have. */
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[/\0\\:]|\p{Surrogate}|[. ]$|^\.{1,2}$/u.test(text));
const names = fc.array(name, { minLength: 1, maxLength: 5 });
const encoded = (parts: readonly string[]) => parts.map(vscodeEncoded).join('/');
/** As VS Code writes addresses. */
const vscodeEncoded = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

describe('addresses on both sides', () => {
  for (const [what, uris, root] of [
    ['a folder whose name has to be encoded', posix, 'file:///home/me/my%20%5Bproject%5D'],
    ['a folder on a drive of Windows', windows, 'file:///c%3A/Users/me/app'],
    [
      'a folder on a share',
      sides('file://server/share/app', '\\\\server\\share\\app', 'win32'),
      'file://server/share/app',
    ],
    ['a whole drive', sides('file:///d%3A/', 'd:\\', 'win32'), 'file:///d%3A'],
  ] as const)
    it(`lead there and back for ${what}`, () => {
      fc.assert(
        fc.property(names, (parts) => {
          const host = `${root}/${encoded(parts)}`;
          const inside = `file:///workspace/${encoded(parts)}`;
          assert.equal(uris.toContainer(host), inside);
          assert.equal(uris.toHost(inside), host);
          assert.equal(uris.hostRelative(host), parts.join('/'));
          assert.equal(uris.containerRelative(inside), parts.join('/'));
        }),
      );
    });

  it('never lead from a container to a place of the host outside of the folder', () => {
    const pieces = fc.constantFrom(
      'workspace',
      '..',
      '.',
      '',
      'etc',
      '%2e%2e',
      '%2E.',
      '%2f',
      'a',
      '..%2f..',
      '%5c..%5c',
      'c%3A',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 8 }),
        fc.constantFrom('', 'localhost', 'host'),
        (parts, authority) => {
          for (const [uris, root] of [
            [posix, 'file:///home/me/my%20%5Bproject%5D'],
            [windows, 'file:///c%3A/Users/me/app'],
          ] as const) {
            const host = uris.toHost(`file://${authority}/${parts.join('/')}`);
            if (host === undefined || host.startsWith(`cordon-container://${workspaceId}/`)) continue;
            assert.ok(host === root || host.startsWith(`${root}/`), host);
            assert.doesNotMatch(decodeURIComponent(host), /\/\.\.?(?:\/|$)/);
            if (uris === windows) assert.doesNotMatch(decodeURIComponent(host.slice(root.length)), /[\\:]/);
          }
        },
      ),
    );
  });

  it('keep what follows the path, and read every way to encode it', () => {
    assert.equal(
      posix.toHost('file:///workspace/a(b).md#L3'),
      'file:///home/me/my%20%5Bproject%5D/a%28b%29.md#L3',
    );
    assert.equal(posix.toContainer('file:///home/me/my [project]/x'), 'file:///workspace/x');
    assert.equal(windows.toContainer('file:///C:/users/ME/app/x.ts'), 'file:///workspace/x.ts');
  });

  it('know the folder also by another path that leads to it, and answer with the one that is open', () => {
    const linked = sides('file:///link', '/link', 'linux', 'file:///real/app');
    assert.equal(linked.toContainer('file:///real/app/x'), 'file:///workspace/x');
    assert.equal(linked.toContainer('file:///link/x'), 'file:///workspace/x');
    assert.equal(linked.toHost('file:///workspace/x'), 'file:///link/x');
  });

  it('are not of this container for another folder, another scheme or another workspace', () => {
    for (const uri of [
      'file:///home/me/my%20%5Bproject%5D2/x',
      'file:///home/me',
      'untitled:Untitled-1',
      'git:/home/me/x',
      'cordon-container://other/usr/x',
      'file:///home/me/my%20%5Bproject%5D/%E0%A4%A',
      'no address',
    ])
      assert.equal(posix.toContainer(uri), undefined, uri);
    assert.equal(windows.toContainer('file:///d%3A/Users/me/app/x'), undefined);
  });

  it('of files that only the container has lead there and back', () => {
    const host = posix.toHost('file:///usr/lib/node/lib.d.ts');
    assert.equal(host, `cordon-container://${workspaceId}/usr/lib/node/lib.d.ts`);
    assert.equal(posix.toContainer(host), 'file:///usr/lib/node/lib.d.ts');
    assert.equal(posix.toHost('http://example.org/x'), undefined);
  });

  it('carry paths in arguments over, and no text that only looks like one', () => {
    assert.equal(posix.textToContainer('/home/me/my [project]/a b'), '/workspace/a b');
    assert.equal(posix.textToContainer('/home/me/my [project]s'), '/home/me/my [project]s');
    assert.equal(posix.textToHost('/workspace'), '/home/me/my [project]');
    assert.equal(posix.textToHost('/workspaces/x'), '/workspaces/x');
    assert.equal(windows.textToContainer('C:\\Users\\me\\app\\src\\a.ts'), '/workspace/src/a.ts');
    assert.equal(windows.textToHost('/workspace/src/a.ts'), 'c:\\Users\\me\\app\\src\\a.ts');
  });
});
