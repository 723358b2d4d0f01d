import assert from 'node:assert/strict';
import { forbiddenReason, type FolderRulesFacts } from '../../../src/isolation/folderRules.ts';

const linux: FolderRulesFacts = {
  platform: 'linux',
  home: '/home/kim',
  engineDataFolder: '/data/engine',
  engineSocket: '/srv/sockets/engine.sock',
  env: { SSH_AUTH_SOCK: '/tmp/ssh-abc/agent.7', GNUPGHOME: '/data/keys', HOME: '/home/kim' },
};
const mac: FolderRulesFacts = {
  platform: 'darwin',
  home: '/Users/kim',
  engineSocket: '/Users/kim/.colima/default/docker.sock',
  env: {},
};
const windows: FolderRulesFacts = {
  platform: 'win32',
  home: 'C:\\Users\\kim',
  engineDataFolder: '/var/lib/docker',
  env: { SystemRoot: 'D:\\WinNT', ProgramFiles: 'E:\\Programs' },
};

const tables: readonly {
  readonly title: string;
  readonly facts: FolderRulesFacts;
  readonly closed: readonly string[];
  readonly open: readonly string[];
}[] = [
  {
    title: 'Linux',
    facts: linux,
    closed: [
      ...[
        '/',
        '//',
        '/..',
        '/bin',
        '/boot/x',
        '/dev',
        '/dev/shm/x',
        '/etc',
        '/etc/nginx/',
        '/lib',
        '/lib64/x',
      ],
      ...[
        '/proc/self/root',
        '/proc',
        '/run',
        '/run/user/1000',
        '/sbin',
        '/sys/fs',
        '/usr',
        '/usr/local/src/x',
      ],
      ...[
        '/var',
        '/var/run',
        '/var/run/x',
        '/var/lib',
        '/var/lib/docker',
        '/var/lib/docker/overlay2',
        '/var/log/x',
      ],
      ...[
        '/tmp',
        '/var/tmp',
        '/tmp/',
        '/tmp/.X11-unix',
        '/home',
        '/opt',
        '/srv',
        '/mnt',
        '/media',
        '/root',
        '/root/x',
      ],
      ...['/home/kim', '/home/kim/', '/home/kim/x/..', '/home/other', '/home/./kim'],
      ...['/home/kim/.ssh', '/home/kim/.ssh/keys', '/home/kim/.gnupg', '/home/kim/.aws', '/home/kim/.azure'],
      ...['/home/kim/.kube', '/home/kim/.docker', '/home/kim/.password-store', '/home/kim/.config'],
      ...[
        '/home/kim/.config/gcloud',
        '/home/kim/.config/gcloud/x',
        '/home/kim/.config/gh',
        '/home/kim/.local',
      ],
      ...[
        '/home/kim/.local/share',
        '/home/kim/.local/share/keyrings',
        '/home/kim/.local/bin',
        '/home/kim/.vscode',
      ],
      ...[
        '/home/kim/.mozilla/firefox',
        '/home/other/.ssh',
        '/data/backup/.ssh',
        '/home/kim/p/.config/gcloud/x',
      ],
      ...[
        '/data/engine',
        '/data/engine/volumes',
        '/data',
        '/srv/sockets',
        '/tmp/ssh-abc',
        '/data/keys/private',
      ],
      ...['/mnt/c', '/mnt/c/Windows/System32', '/mnt/c/PROGRAM FILES/x', '/mnt/c/Users', '/mnt/c/Users/kim'],
      ...['/mnt/c/Users/kim/.ssh', '/run/media', 'relative', ''],
    ],
    open: [
      ...[
        '/home/kim/project',
        '/home/kim/.config/nvim',
        '/home/kim/.sshd',
        '/home/kim/ssh',
        '/home/kimberly/p',
      ],
      ...[
        '/home/other/shared',
        '/tmp/x',
        '/var/tmp/x',
        '/tmp/ssh-abcd',
        '/opt/project',
        '/srv/www',
        '/var/www/html',
      ],
      ...[
        '/etcetera',
        '/usrlocal',
        '/binary',
        '/project',
        '/ETC',
        '/data/enginex',
        '/data/keysmith',
        '/mnt/disk/x',
      ],
      ...['/mnt/c/Users/kim/project', '/mnt/c/code', '/mnt/c/windowsill', '/run/media/kim/disk/project'],
      ...['/home/kim/it\'s, "a:b"\n작업', '/home/kim/Library', '/home/kim/p/..hidden', '/media/kim/disk'],
    ],
  },
  {
    title: 'Linux as root',
    facts: { ...linux, home: '/root' },
    closed: ['/root', '/root/.ssh', '/', '/home/kim', '/home/kim/.aws'],
    open: ['/root/project', '/home/kim/project'],
  },
  {
    title: 'Linux as a service with its home below /var/lib',
    facts: { ...linux, home: '/var/lib/jenkins' },
    closed: ['/var/lib', '/var/lib/jenkins', '/var/lib/jenkins/.ssh', '/var/lib/mysql', '/var/lib/docker/x'],
    open: ['/var/lib/jenkins/workspace/app'],
  },
  {
    title: 'Linux with the root folder as home',
    facts: { ...linux, home: '/' },
    closed: ['/', '/var/lib/x', '/etc', '/root/x', '/.ssh'],
    open: ['/project', '/tmp/x'],
  },
  {
    title: 'macOS',
    facts: mac,
    closed: [
      ...[
        '/',
        '/System',
        '/System/Volumes/Data/Users/kim/p',
        '/Library/x',
        '/Applications',
        '/applications/X.app',
      ],
      ...[
        '/Users',
        '/users',
        '/Users/kim',
        '/USERS/KIM',
        '/Users/Shared',
        '/private',
        '/private/etc',
        '/etc',
      ],
      ...['/private/tmp', '/tmp', '/private/var', '/private/var/folders', '/var/root', '/private/var/run/x'],
      ...['/Volumes', '/usr/local/x', '/opt/homebrew/Cellar', '/Users/kim/.SSH', '/Users/kim/Library'],
      ...[
        '/Users/kim/library/keychains',
        '/Users/kim/Library/Application Support/Code',
        '/Users/kim/.colima',
      ],
      ...['/Users/kim/.colima/default', '/Users/kim/.docker/run'],
    ],
    open: [
      ...['/Users/kim/project', '/Users/Shared/project', '/private/tmp/x', '/tmp/x', '/Volumes/USB/project'],
      ...[
        '/private/var/folders/ab/cd/T/x',
        '/var/folders/ab/cd/T/x',
        '/Users/kim/Library/Mobile Documents/x',
      ],
      ...['/Users/kim/.colimax', '/opt/x'],
    ],
  },
  {
    title: 'Windows',
    facts: windows,
    closed: [
      ...['C:\\', 'c:/', 'D:\\', 'C:\\Windows', 'c:\\WINDOWS\\System32', 'C:\\Windows.', 'C:\\Windows \\x'],
      ...['C:\\Program Files\\x', 'C:/Program Files (x86)', 'C:\\ProgramData\\Docker', 'C:\\$Recycle.Bin\\x'],
      ...[
        'C:\\Users',
        'c:\\users\\',
        'C:\\Users\\kim',
        'C:\\USERS\\KIM\\',
        'C:\\Users\\Public',
        'C:\\Users\\other',
      ],
      ...[
        'C:\\Users\\kim\\.ssh',
        'C:\\Users\\kim\\.AWS\\x',
        'C:\\Users\\kim\\AppData',
        'C:\\Users\\kim\\x\\..',
      ],
      ...['C:\\Users\\kim\\AppData\\Roaming', 'C:\\Users\\kim\\AppData\\Roaming\\Microsoft\\Protect'],
      ...[
        'C:\\Users\\kim\\appdata\\local',
        'D:\\WinNT\\x',
        'E:\\Programs\\x',
        '\\\\server\\share',
        '\\\\pc\\c$\\x',
      ],
      ...[
        '\\\\.\\pipe\\docker_engine',
        '\\\\?\\C:\\x',
        '//./pipe/x',
        '\\Users\\kim\\p',
        'C:project',
        '/project',
      ],
    ],
    open: [
      ...['C:\\Users\\kim\\project', 'c:/code', 'D:\\work\\app', 'C:\\Users\\kim\\AppData\\Local\\Temp\\x'],
      ...['C:\\Windowsill', 'C:\\Users\\Public\\project', '\\\\server\\share\\project', 'D:\\WinNTx'],
      ...['C:\\Users\\kim\\.sshx', '\\\\wsl$\\Debian\\home\\kim\\p'],
    ],
  },
];

describe('folder rules', () => {
  for (const { title, facts, closed, open } of tables) {
    describe(`on ${title}`, () => {
      for (const path of closed) {
        it(`close ${JSON.stringify(path)} with a reason`, () => {
          assert.match(forbiddenReason(path, facts) ?? 'open', /^[A-Z].*\.$/s);
        });
      }
      for (const path of open) {
        it(`open ${JSON.stringify(path)}`, () => {
          assert.equal(forbiddenReason(path, facts), undefined);
        });
      }
    });
  }

  it('close everything where the home folder is not known', () => {
    assert.notEqual(forbiddenReason('/project', { ...linux, home: '' }), undefined);
  });
});
