import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { hostileWorkspaces } from '../../support/hostileWorkspaces.ts';

const secret = 'the secret of the person';

/** Files that the host may run or obey, each in a place that is protected. */
const files = [
  '.git/hooks/pre-commit',
  '.git/config',
  '.git/modules/sub/hooks/post-checkout',
  '.git/modules/sub/config',
  '.vscode/settings.json',
  '.devcontainer/devcontainer.json',
  '.idea/workspace.xml',
  '.husky/pre-commit',
  '.githooks/pre-push',
  '.envrc',
  '.cursor/mcp.json',
  '.claude/settings.json',
  'app.code-workspace',
  '.mcp.json',
];
const hidden = [
  '.env',
  '.env.production',
  'packages/app/deep/er/.env',
  'server.pem',
  'certificates/private.key',
  'id_ed25519',
  '.npmrc',
  '.netrc',
  '.pypirc',
];

/** Every way to bring something else to a path, by name; `$1` is the path, `$2` its folder, `$3` a file of our own. */
const ways: Readonly<Record<string, string>> = {
  'writing it': 'echo evil >> "$1"',
  'emptying it': ': > "$1"',
  'removing it': 'rm -rf "$1"',
  'a new file beside it': 'case "$2" in */hooks|/workspace/.[!g]*|*/.githooks) echo evil > "$2/evil" ;; esac',
  'changing its mode': 'chmod 777 "$1"',
  'renaming it': 'mv "$1" "$1.old"',
  'renaming another over it': 'mv -fT "$3" "$1"',
  'exchanging it': `perl -e 'syscall((qx(uname -m) =~ /aarch/ ? 276 : 316), -100, $ARGV[0], -100, $ARGV[1], 2)' "$3" "$1"`,
  'a symbolic link in its place': 'ln -sfT "$3" "$1"',
  'a symbolic link to it': 'ln -s "$1" /tmp/link && echo evil >> /tmp/link',
  'a hard link to it': 'ln "$1" /workspace/hard && echo evil >> /workspace/hard',
  'a hard link in its place': 'ln -f "$3" "$1"',
  'the file behind an open descriptor': 'exec 3<"$1" && echo evil >> /proc/self/fd/3',
  'its place in the first process': 'echo evil >> "/proc/1/root$1"',
  'another spelling of it': 'echo evil >> "/workspace/./packages/..${1#/workspace}"',
  'a mount over it': 'mount --bind "$3" "$1"',
  'taking the mount away': 'umount -l "$1" || umount -l "$2"',
  'renaming its folder': 'mv "$2" "$2.old" && mkdir -p "$2" && cp "$3" "$1"',
  'removing its folder': '[ "$2" = /workspace ] || { rm -rf "$2" && mkdir -p "$2" && cp "$3" "$1"; }',
  'a symbolic link for its folder': '[ "$2" = /workspace ] || rm -rf "$2"; ln -sT /tmp "$2"',
  'renaming the folder of its folder':
    'up=$(dirname "$2"); [ "$up" != / ] && [ "$up" != /workspace ] && mv "$up" "$up.old"',
};
const readings: Readonly<Record<string, string>> = {
  'reading it': 'cat "$1"',
  'copying it': 'cp "$1" /tmp/copy; cat /tmp/copy',
  'a symbolic link to it': 'ln -s "$1" /tmp/to; cat /tmp/to',
  'a hard link to it': 'ln "$1" /workspace/hard; cat /workspace/hard',
  'renaming it': 'mv "$1" "$1.seen"; cat "$1.seen"',
  'renaming its folder': 'mv "$2" "$2.seen"; cat "$2.seen/$(basename "$1")"',
  'its place in the first process': 'cat "/proc/1/root$1"',
  'taking the mount away': 'umount "$1"; umount -l "$1"; cat "$1"',
  'an archive of everything': 'tar c -C /workspace . 2>/dev/null',
  'a search through everything': 'grep -r "the secret" /workspace',
};

describe('a hostile program and the paths that the host obeys', function () {
  this.timeout(120_000);
  let hostile: Awaited<ReturnType<typeof hostileWorkspaces>>;
  let workspace: Workspace;
  const all = [...files, ...hidden, '.env.example', 'ordinary.txt'];

  before(async () => {
    hostile = await hostileWorkspaces();
    for (const path of all) {
      const file = join(hostile.folder, path);
      await fs.mkdir(dirname(file), { recursive: true });
      await fs.writeFile(file, hidden.includes(path) ? secret : `content of ${path}\n`);
      for (let up = file; up !== hostile.folder; up = dirname(up)) await fs.chown(up, 1000, 1000);
    }
    // what makes a git folder of a folder
    for (const git of ['.git', '.git/modules/sub']) {
      await fs.writeFile(join(hostile.folder, git, 'HEAD'), 'ref: refs/heads/main\n');
      for (const name of ['objects', 'refs']) await fs.mkdir(join(hostile.folder, git, name));
      for (const name of ['HEAD', 'objects', 'refs'])
        await fs.chown(join(hostile.folder, git, name), 1000, 1000);
    }
    workspace = await hostile.create({ name: 'protected', profile: 'basic', network: 'none' });
  });
  after(() => hostile.dispose());

  /** Runs every way at every path and gives all that is printed. */
  const run = async (lines: Readonly<Record<string, string>>, paths: readonly string[], user?: string) => {
    const script = paths.flatMap((path) =>
      Object.values(lines).map(
        (line) =>
          `rm -rf /tmp/* /workspace/hard; echo evil > /workspace/own; set -- '/workspace/${path}' "$(dirname '/workspace/${path}')" /workspace/own; (${line}) </dev/null`,
      ),
    );
    const { stdout, stderr } = await hostile.core.service.exec(workspace.id, ['sh'], {
      stdin: `${script.join('\n')}\necho ended\n`,
      ...(user === undefined ? {} : { user }),
    });
    assert.match(stdout, /ended\n$/);
    return stdout + stderr;
  };
  const contents = async (paths: readonly string[]) =>
    await Promise.all(
      paths.map(
        async (path) => `${path}: ${await fs.readFile(join(hostile.folder, path), 'utf8').catch(String)}`,
      ),
    );

  it('can write what is not protected', async () => {
    await hostile.sh(workspace, 'echo more >> /workspace/ordinary.txt; cat /workspace/.env.example');
    assert.deepEqual(await contents(['ordinary.txt']), ['ordinary.txt: content of ordinary.txt\nmore\n']);
  });

  for (const [name, line] of Object.entries(ways))
    it(`changes none of them by ${name}`, async () => {
      const asMade = files.map((path) => `${path}: content of ${path}\n`);
      const entries = async () =>
        (await Promise.all(files.map((path) => fs.readdir(join(hostile.folder, dirname(path)))))).map(
          (names) => names.filter((one) => one === 'evil'),
        );
      for (const user of [undefined, '0:0']) {
        await run({ [name]: line }, files, user);
        assert.deepEqual(await contents(files), asMade);
        assert.deepEqual((await entries()).flat(), []);
        for (const path of files)
          assert.equal(await fs.realpath(join(hostile.folder, path)), join(hostile.folder, path));
      }
    });

  for (const [name, line] of Object.entries(readings))
    it(`learns no secret by ${name}`, async () => {
      for (const user of [undefined, '0:0']) {
        const printed = await run({ [name]: line }, hidden, user);
        assert.ok(!printed.includes(secret), printed);
      }
    });

  it('keeps every secret for the person, wherever its folder was moved to', async () => {
    const entries = await fs.readdir(hostile.folder, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => fs.readFile(join(entry.parentPath, entry.name), 'utf8')),
    );
    assert.equal(texts.filter((text) => text === secret).length, hidden.length);
  });
});
