import assert from 'node:assert/strict';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { profileNames, type ProfileName } from '../../../src/isolation/profile.ts';
import { hostileWorkspaces, type Outcomes } from '../../support/hostileWorkspaces.ts';

const refused = /^(EPERM|ENOSYS)$/;
const notThere = /^(EPERM|EACCES|EAFNOSUPPORT|EPROTONOSUPPORT)$/;
const denied = /^(EPERM|EACCES)$/;

/** What every profile refuses, whoever asks. */
const always: Readonly<Record<string, RegExp>> = {
  ...namespaces('cgroup', 'ipc', 'mount', 'net', 'pid', 'time', 'user', 'uts', 'user and mount'),
  'clone user namespace': refused,
  clone3: refused,
  'setns of init': denied,
  'mount proc': refused,
  'mount tmpfs': refused,
  'bind mount': refused,
  'remount root': refused,
  unmount: refused,
  pivot_root: refused,
  fsopen: refused,
  open_tree: refused,
  move_mount: refused,
  mount_setattr: refused,
  swapon: refused,
  quotactl: refused,
  kcmp: refused,
  pidfd_getfd: refused,
  bpf: refused,
  perf_event_open: denied,
  userfaultfd: refused,
  'userfaultfd for user mode only': refused,
  keyctl: refused,
  add_key: refused,
  request_key: refused,
  fanotify_init: refused,
  lookup_dcookie: refused,
  move_pages: refused,
  'personality without random addresses': refused,
  'raw socket': notThere,
  'packet socket': notThere,
  'bluetooth socket': notThere,
  'kernel crypto socket': notThere,
};
/** What only another user than that of the victim is refused: root, which has no power here. */
const ofOthers: Readonly<Record<string, RegExp>> = {
  'ptrace another user': denied,
  'ptrace init': denied,
  'read another memory': denied,
  process_vm_readv: refused,
  process_vm_writev: refused,
};
/** What the engine's own filter allows, or did in some versions, and that of Cordon does not. */
const onlyStrict: Readonly<Record<string, RegExp>> = {
  io_uring_setup: refused,
  vsock: notThere,
  'ptrace a child of its own': refused,
  process_vm_readv: refused,
  process_vm_writev: refused,
};

/** Every capability by a call that needs it. The kernel's own limits may refuse first. */
const capabilities: Readonly<Record<string, RegExp>> = {
  chown: denied,
  dac_override: denied,
  dac_read_search: denied,
  fowner: denied,
  fsetid: denied,
  kill: denied,
  setgid: denied,
  setuid: denied,
  setpcap: denied,
  linux_immutable: /^(EPERM|ENOTTY|EOPNOTSUPP)$/,
  net_admin: denied,
  net_raw: denied,
  sys_module: denied,
  'sys_module by file': denied,
  'sys_module removal': denied,
  sys_rawio: refused,
  'sys_rawio ports': refused,
  sys_chroot: denied,
  sys_ptrace: refused,
  sys_pacct: refused,
  'sys_admin host name': denied,
  'sys_admin domain name': denied,
  'sys_admin mount': denied,
  sys_boot: denied,
  'sys_boot kexec': refused,
  sys_nice: denied,
  'sys_nice real time': denied,
  sys_resource: denied,
  sys_time: denied,
  'sys_time by day': denied,
  'sys_time by steps': denied,
  sys_tty_config: denied,
  mknod: denied,
  'mknod block': denied,
  lease: denied,
  audit_write: /^(EPERM|EACCES|EPROTONOSUPPORT|ECONNREFUSED)$/,
  audit_control: /^(EPERM|EACCES|EPROTONOSUPPORT|ECONNREFUSED)$/,
  setfcap: denied,
  'trusted attribute': denied,
  syslog: denied,
  wake_alarm: denied,
  checkpoint_restore: /^(EROFS|EACCES)$/,
};
/** What `basic` leaves to root. An engine may give even that to nobody who may not gain privileges. */
const ofBasic = new Set(['chown', 'dac_override', 'fowner', 'fsetid', 'setgid', 'setuid']);

describe('a hostile program and the kernel', function () {
  this.timeout(60_000);
  let hostile: Awaited<ReturnType<typeof hostileWorkspaces>>;
  const workspaces = new Map<ProfileName, Workspace>();
  const outcomes = new Map<string, Outcomes>();

  before(async () => {
    hostile = await hostileWorkspaces();
    await Promise.all(
      profileNames.map(async (profile) => {
        const workspace = await hostile.create({ name: profile, profile, network: 'none' });
        workspaces.set(profile, workspace);
        // the victim, and a file that only its user may open
        hostile.keepRunning(workspace, 'umask 077; touch /tmp/victim; echo $$ > /tmp/pid; exec sleep 600');
        const { out: victim } = await hostile.sh(
          workspace,
          'until [ -s /tmp/pid ]; do sleep 0.05; done; cat /tmp/pid',
        );
        const run = async (program: string, user?: string) => {
          const tries = await hostile.tries(workspace, program, [victim, '/tmp/victim'], user);
          outcomes.set(`${profile} ${program} ${user ?? 'person'}`, tries);
        };
        await run('kernel.pl');
        await run('kernel.pl', '0:0');
        await run('capabilities.pl', '0:0');
      }),
    );
  });
  after(() => hostile.dispose());

  const expectOf = (profile: ProfileName, program: string, user: string, name: string, expected: RegExp) => {
    assert.match(
      outcomes.get(`${profile} ${program} ${user}`)?.get(name) ?? 'not tried',
      expected,
      `as ${user}`,
    );
  };

  for (const profile of profileNames) {
    describe(`in ${profile}`, () => {
      const everybody = { ...always, ...(profile === 'strict' ? onlyStrict : {}) };
      for (const [name, expected] of Object.entries(everybody))
        it(`is refused: ${name}`, () => {
          expectOf(profile, 'kernel.pl', 'person', name, expected);
          expectOf(profile, 'kernel.pl', '0:0', name, expected);
        });

      for (const [name, expected] of Object.entries(ofOthers))
        it(`is refused to root: ${name}`, () => {
          expectOf(profile, 'kernel.pl', '0:0', name, expected);
        });

      for (const [name, expected] of Object.entries(capabilities)) {
        const isKept = profile === 'basic' && ofBasic.has(name);
        it(`${isKept ? 'goes no further than the profile says' : 'is refused to root'}: capability ${name}`, () => {
          const outcome = isKept ? new RegExp(`${expected.source}|^done$`) : expected;
          expectOf(profile, 'capabilities.pl', '0:0', name, outcome);
        });
      }

      it('tries nothing that is not expected here', () => {
        const known = new Set(Object.keys({ ...always, ...ofOthers, ...onlyStrict, ...capabilities }));
        const tried = ['kernel.pl', 'capabilities.pl'].flatMap((program) => [
          ...(outcomes.get(`${profile} ${program} 0:0`)?.keys() ?? []),
        ]);
        assert.deepEqual(
          tried.filter((name) => !known.has(name)),
          [],
        );
      });
    });
  }
});

function namespaces(...names: string[]): Record<string, RegExp> {
  return Object.fromEntries(names.map((name) => [`unshare ${name}`, refused]));
}
