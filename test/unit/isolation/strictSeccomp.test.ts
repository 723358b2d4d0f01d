import assert from 'node:assert/strict';
import { strictSeccomp } from '../../../src/isolation/strictSeccomp.ts';

interface Rule {
  readonly comment: string;
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly { index: number; value: number; valueTwo?: number; op: string }[];
  readonly includes?: { readonly caps?: unknown };
}
const filter = JSON.parse(strictSeccomp) as {
  defaultAction: string;
  defaultErrnoRet: number;
  syscalls: readonly Rule[];
  archMap?: unknown;
  architectures?: unknown;
};
const allowed = filter.syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW');
const names = new Set(allowed.flatMap((rule) => rule.names));

describe('the strict filter of system calls', () => {
  it('refuses what it does not name, on one architecture and whatever the capabilities are', () => {
    assert.deepEqual([filter.defaultAction, filter.defaultErrnoRet], ['SCMP_ACT_ERRNO', 1]);
    assert.deepEqual([filter.archMap, filter.architectures], [undefined, undefined]);
    assert.ok(filter.syscalls.every(({ includes }) => includes?.caps === undefined));
    assert.ok(filter.syscalls.every(({ comment }) => comment !== ''));
  });

  it('allows nothing that only an attack on the kernel or on other processes needs', () => {
    const never = [
      ...['unshare', 'setns', 'clone3', 'chroot', 'pivot_root', 'sethostname', 'setdomainname', 'vhangup'],
      ...['mount', 'umount', 'umount2', 'fsopen', 'fsmount', 'fsconfig', 'fspick', 'move_mount', 'open_tree'],
      ...['open_tree_attr', 'mount_setattr', 'statmount', 'listmount', 'fanotify_init', 'fanotify_mark'],
      ...['open_by_handle_at', 'name_to_handle_at', 'quotactl', 'quotactl_fd', 'acct', 'swapon', 'swapoff'],
      ...['add_key', 'request_key', 'keyctl', 'bpf', 'perf_event_open', 'userfaultfd', 'lookup_dcookie'],
      ...['ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'process_mrelease', 'kcmp'],
      ...['pidfd_getfd', 'io_uring_setup', 'io_uring_enter', 'io_uring_register', 'kexec_load'],
      ...['kexec_file_load', 'init_module', 'finit_module', 'delete_module', 'create_module', 'reboot'],
      ...['clock_settime', 'clock_settime64', 'clock_adjtime', 'clock_adjtime64', 'adjtimex', 'settimeofday'],
      ...['stime', 'syslog', 'iopl', 'ioperm', 'modify_ldt', 'vm86', 'vm86old', 'uselib', 'ustat', 'sysfs'],
      ...['_sysctl', 'nfsservctl', 'mbind', 'set_mempolicy', 'get_mempolicy', 'move_pages', 'migrate_pages'],
      ...['remap_file_pages', 'memfd_secret', 'socketcall', 'ipc'],
    ];
    assert.deepEqual(
      never.filter((name) => names.has(name)),
      [],
    );
  });

  it('allows sockets, devices, personalities and clones only with harmless arguments', () => {
    const filtered = ['socket', 'socketpair', 'mknod', 'mknodat', 'personality', 'clone'];
    for (const rule of allowed)
      if (rule.names.some((name) => filtered.includes(name)))
        assert.ok((rule.args?.length ?? 0) > 0, rule.comment);
    const families = allowed
      .filter((rule) => rule.names.includes('socket'))
      .map(({ args }) => args?.find(({ index }) => index === 0)?.value);
    assert.deepEqual([...new Set(families)].sort(), [1, 10, 16, 2], 'UNIX, INET6, NETLINK, INET');
    assert.deepEqual(
      allowed.filter((rule) => rule.names.includes('personality')).map(({ args }) => args?.[0]?.value),
      [0, 0xffffffff],
    );
    for (const rule of allowed.filter(({ names: [name] }) => name === 'clone'))
      assert.deepEqual([rule.args?.[0]?.value, rule.args?.[0]?.valueTwo], [0x7e020000, 0]);
  });

  it('has libraries fall back from clone3', () => {
    const [rule] = filter.syscalls.filter((each) => each.names.includes('clone3'));
    assert.deepEqual([rule?.action, rule?.errnoRet], ['SCMP_ACT_ERRNO', 38]);
  });
});
