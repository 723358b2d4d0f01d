import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { profileNames, type ProfileName } from '../../../src/isolation/profile.ts';
import { hostileWorkspaces } from '../../support/hostileWorkspaces.ts';

type Lines = Readonly<Record<string, string>>;
const writes = (...paths: string[]): Lines =>
  Object.fromEntries(paths.map((path) => [`write ${path}`, `echo 0 > ${path}`]));
const reads = (...paths: string[]): Lines =>
  Object.fromEntries(paths.map((path) => [`read ${path}`, `head -c 64 ${path} | grep -qa .`]));

/** What anybody can: the tries are worth something. */
const possible: Lines = { ...writes('/var/tmp/fine-$(id -u)'), ...reads('/proc/version') };
/** Files of the image. Only `basic` leaves them to root. */
const image = writes(
  '/evil',
  '/etc/passwd',
  '/etc/ld.so.preload',
  '/usr/bin/git',
  '/usr/local/bin/evil',
  '/opt/evil',
  '/root/evil',
  '/home/evil',
  '/var/lib/evil',
  '/srv/evil',
);

const system: Lines = {
  ...writes(
    '/proc/evil',
    '/proc/sysrq-trigger',
    '/proc/sys/kernel/core_pattern',
    '/proc/sys/kernel/modprobe',
    '/proc/sys/kernel/hostname',
    '/proc/sys/kernel/ns_last_pid',
    '/proc/sys/kernel/randomize_va_space',
    '/proc/sys/vm/overcommit_memory',
    '/proc/sys/vm/drop_caches',
    '/proc/sys/fs/file-max',
    '/proc/sys/fs/suid_dumpable',
    '/proc/sys/fs/binfmt_misc/register',
    '/proc/sys/net/ipv4/ip_forward',
    '/proc/sys/net/ipv6/conf/all/disable_ipv6',
    '/proc/sys/net/ipv4/conf/all/route_localnet',
    '/proc/irq/default_smp_affinity',
    '/sys/evil',
    '/sys/kernel/uevent_helper',
    '/sys/kernel/mm/transparent_hugepage/enabled',
    '/sys/kernel/mm/ksm/run',
    '/sys/module/kernel/parameters/panic',
    '/sys/power/state',
    '/sys/class/net/lo/mtu',
    '/sys/bus/pci/rescan',
  ),
  ...reads(
    '/proc/kcore',
    '/proc/kmsg',
    '/proc/keys',
    '/proc/timer_list',
    '/proc/sched_debug',
    '/proc/latency_stats',
    '/proc/scsi/scsi',
    '/proc/acpi/wakeup',
    '/dev/mem',
    '/dev/kmem',
    '/dev/port',
    '/dev/kmsg',
    '/dev/sda',
    '/dev/vda',
    '/dev/nvme0n1',
    '/dev/loop0',
    '/dev/dm-0',
    '/sys/firmware/dmi/tables/DMI',
    '/sys/kernel/debug/x86/tlb_single_page_flush_ceiling',
    '/sys/kernel/security/lsm',
  ),
  'open the tunnel device': '[ -c /dev/net/tun ]',
  'open the virtual machine device': '[ -c /dev/kvm ]',
  'open the file system device': '[ -c /dev/fuse ]',
  'open a device of the host':
    'ls /dev | grep -vqxE "(console|core|fd|full|mqueue|null|ptmx|pts|random|shm|stderr|stdin|stdout|tty|urandom|zero)"',
  'make a control group':
    'for one in /sys/fs/cgroup /sys/fs/cgroup/*/; do mkdir $one/evil && [ -e $one/evil/cgroup.procs ] && exit 0; done; exit 1',
  'set a release agent':
    'for one in /sys/fs/cgroup/release_agent /sys/fs/cgroup/*/release_agent; do [ -e $one ] && (echo /evil > $one) 2>/dev/null && exit 0; done; exit 1',
  'raise a limit':
    'for one in memory/memory.limit_in_bytes pids/pids.max memory.max pids.max cpu.max; do [ -e /sys/fs/cgroup/$one ] && (echo 999999 > /sys/fs/cgroup/$one) 2>/dev/null && exit 0; done; exit 1',
  'allow a device': 'echo a > /sys/fs/cgroup/devices/devices.allow',
  'leave the control group':
    'for one in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs; do [ -e $one ] && (echo $$ > $one) 2>/dev/null && exit 0; done; exit 1',
  'find a socket of an engine':
    'find / -xdev -type s | grep -q . || ls /run/*.sock /var/run/*.sock /run/docker* /run/containerd /run/podman',
  'be told of an engine': 'env | grep -qiE "docker|podman|_sock|ssh_auth"',
  'see an abstract socket of the host': 'tail -n +2 /proc/net/unix | grep -q " @"',
  'see processes of the host': '[ "$(ls /proc | grep -c "^[0-9]")" -gt 12 ]',
  'write a core dump': 'cd /tmp && ulimit -c unlimited && (sleep 5 & kill -SEGV $!; wait) ; ls core*',
  'hide from the out-of-memory killer':
    'echo -1000 > /proc/self/oom_score_adj || echo -1000 > /proc/1/oom_score_adj',
  'raise the limit of core dumps': 'ulimit -H -c unlimited',
  'mount by the program of the image': 'mount -t tmpfs none /tmp || mount --bind / /tmp || umount /workspace',
  'new namespaces by the program of the image':
    'unshare -U true || unshare -r true || unshare -m true || unshare -n true',
  'run a program from /run': 'cp /bin/true /run/evil && /run/evil',
  'run a program from /dev/shm': 'cp /bin/true /dev/shm/evil && /dev/shm/evil',
};
/** What a process of the person tries beyond that: to become root. */
const becoming: Lines = {
  ...writes('/dev/evil'),
  'become root by su': 'su -c true root',
  'become root by a program of the image':
    'for one in $(find / -xdev -perm -4000 -type f); do [ -r $one ] && "$one" --version; done; [ "$(id -u)" = 0 ]',
  'become root by a setuid copy': '[ "$(/var/tmp/setuid-id -u)" = 0 ]',
  'read the file of root': 'cat /etc/shadow',
  'link to a file of root': 'ln /etc/shadow /tmp/shadow || ln /var/tmp/setuid-id /var/tmp/link',
};

describe('a hostile program and the files around it', function () {
  this.timeout(60_000);
  let hostile: Awaited<ReturnType<typeof hostileWorkspaces>>;
  const workspaces = new Map<ProfileName, Workspace>();
  const succeeded = new Map<string, readonly string[]>();

  before(async () => {
    hostile = await hostileWorkspaces();
    await fs.writeFile(join(hostile.folder, '..', 'outside.txt'), 'outside\n');
    await Promise.all(
      profileNames.map(async (profile) => {
        const workspace = await hostile.create({ name: profile, profile, network: 'none' });
        workspaces.set(profile, workspace);
        await hostile.sh(
          workspace,
          'cp /usr/bin/id /var/tmp/setuid-id; chmod 4755 /var/tmp/setuid-id',
          '0:0',
        );
        const tries = { ...system, ...image, ...possible };
        succeeded.set(`${profile} person`, await hostile.succeeding(workspace, { ...tries, ...becoming }));
        succeeded.set(`${profile} root`, await hostile.succeeding(workspace, tries, '0:0'));
      }),
    );
  });
  after(() => hostile.dispose());

  for (const profile of profileNames)
    describe(`in ${profile}`, () => {
      for (const name of Object.keys({ ...system, ...image, ...becoming }))
        it(`cannot: ${name}`, () => {
          assert.ok(!succeeded.get(`${profile} person`)?.includes(name), 'as the person');
          if (profile === 'basic' && name in image) return;
          assert.ok(!succeeded.get(`${profile} root`)?.includes(name), 'as root');
        });

      it('can do what anybody can', () => {
        for (const user of ['person', 'root'])
          for (const name of Object.keys(possible))
            assert.ok(succeeded.get(`${profile} ${user}`)?.includes(name), `${name} as ${user}`);
      });

      it('sees nothing of the host around its folder', async () => {
        const outside = join(hostile.folder, '..', 'outside.txt');
        const found = await hostile.succeeding(workspaces.get(profile)!, {
          folder: `ls ${outside}`,
          parent: 'ls /workspace/../outside.txt',
          init: `ls /proc/1/root${outside}`,
          link: `cd /tmp && ln -s ${outside} out && cat out`,
        });
        assert.deepEqual(found, []);
      });

      it('survives signals to its first process', async () => {
        const workspace = workspaces.get(profile)!;
        for (const user of [undefined, '0:0'])
          await hostile.sh(workspace, 'kill -KILL 1; kill -STOP 1; kill -SEGV 1; kill -ABRT 1', user);
        assert.equal((await hostile.sh(workspace, 'echo alive')).out, 'alive');
      });
    });

  it('writes nothing into a folder that is mounted read-only, as root neither', async () => {
    const lines = {
      file: 'echo x > /workspace/evil',
      change: 'echo x >> /workspace/hello.txt',
      remove: 'rm -f /workspace/hello.txt',
      mode: 'chmod 777 /workspace/hello.txt',
      rename: 'mv /workspace/hello.txt /workspace/other',
      link: 'ln -s /etc/passwd /workspace/link',
    };
    for (const user of [undefined, '0:0'])
      assert.deepEqual(await hostile.succeeding(workspaces.get('strict')!, lines, user), []);
  });
});
