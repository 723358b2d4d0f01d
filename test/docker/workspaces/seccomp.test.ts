import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { debianImage, ensureImages } from '../../host/images.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const isArm = process.arch === 'arm64';
/** A system call by its number on both processors, with arguments that never change anything if it should be allowed. */
const call = (x64: number, arm64: number, ...args: readonly (number | bigint)[]) => [
  isArm ? arm64 : x64,
  ...args,
];
const newUserNamespace = 0x10000000;
const childSignal = 17;

/** What the strict filter refuses. Arguments are such that the kernel itself would answer otherwise, or not at all. */
const denied: Readonly<Record<string, readonly (number | bigint)[]>> = {
  'unshare nothing': call(272, 97, 0),
  'unshare of a user namespace': call(272, 97, newUserNamespace),
  setns: call(308, 268, -1, 0),
  'clone of a user namespace': call(56, 220, newUserNamespace | childSignal, 0, 0, 0, 0),
  mount: call(165, 40, 0, 0, 0, 0, 0),
  umount2: call(166, 39, 0, 0xffff),
  pivot_root: call(155, 41, 0, 0),
  chroot: call(161, 51, 0),
  fsopen: call(430, 430, 0, 0),
  fsmount: call(432, 432, -1, 0, 0),
  move_mount: call(429, 429, -1, 0, -1, 0, 0),
  open_tree: call(428, 428, -1, 0, 0),
  mount_setattr: call(442, 442, -1, 0, 0, 0, 0),
  add_key: call(248, 217, 0, 0, 0, 0, 0),
  request_key: call(249, 218, 0, 0, 0, 0),
  keyctl: call(250, 219, 0xffff, 0, 0, 0, 0),
  bpf: call(321, 280, 0xffff, 0, 0),
  perf_event_open: call(298, 241, 0, 0, 0, 0, 0),
  'ptrace of oneself': call(101, 117, 0, 0, 0, 0),
  process_vm_readv: call(310, 270, 1, 0, 0, 0, 0, 0),
  process_vm_writev: call(311, 271, 1, 0, 0, 0, 0, 0),
  kcmp: call(312, 272, 1, 1, 0, 0, 0),
  pidfd_getfd: call(438, 438, -1, 0, 0),
  io_uring_setup: call(425, 425, 0, 0),
  io_uring_enter: call(426, 426, -1, 0, 0, 0, 0, 0),
  io_uring_register: call(427, 427, -1, 0, 0, 0),
  userfaultfd: call(323, 282, 0xffff),
  kexec_load: call(246, 104, 0, 0, 0, 0xffff),
  init_module: call(175, 105, 0, 0, 0),
  finit_module: call(313, 273, -1, 0, 0),
  delete_module: call(176, 106, 0, 0),
  clock_settime: call(227, 112, 0xffff, 0),
  settimeofday: call(164, 170, 0, 0),
  adjtimex: call(159, 171, 0),
  clock_adjtime: call(305, 266, 0xffff, 0),
  reboot: call(169, 142, 0, 0, 0, 0),
  swapon: call(167, 224, 0, 0),
  quotactl: call(179, 60, 0xffff, 0, 0, 0),
  acct: call(163, 89, 0),
  syslog: call(103, 116, 0xffff, 0, 0),
  sethostname: call(170, 161, 0, 0xffff),
  'personality without random addresses': call(135, 92, 0x0040000),
  'personality of 32 bits': call(135, 92, 8),
  name_to_handle_at: call(303, 264, -1, 0, 0, 0, 0),
  open_by_handle_at: call(304, 265, -1, 0, 0),
  fanotify_init: call(300, 262, 0xffff, 0),
  mbind: call(237, 235, 0, 0, 0, 0, 0, 0xffff),
  memfd_secret: call(447, 447, 0xffff),
  'a packet socket': call(41, 198, 17, 3, 0),
  'a raw socket': call(41, 198, 2, 3, 1),
  'a raw socket over IPv6': call(41, 198, 10, 3, 58),
  'an SCTP socket': call(41, 198, 2, 1, 132),
  'a netlink socket of the firewall': call(41, 198, 16, 3, 12),
  'a netlink socket for device events': call(41, 198, 16, 3, 15),
  'a socket of the kernel’s cryptography (AF_ALG)': call(41, 198, 38, 5, 0),
  'a socket to the hypervisor (AF_VSOCK)': call(41, 198, 40, 1, 0),
  'a Bluetooth socket': call(41, 198, 31, 3, 1),
  'a pair of sockets but within the container': call(53, 199, 2, 1, 0, 0),
  'a character device': call(259, 33, -100, 0, 0o020666, 0x103),
  'a block device': call(259, 33, -100, 0, 0o060666, 0x103),
  ...(isArm ? {} : { iopl: [172, 0xffff], ioperm: [173, 0, 0xffffff, 1], modify_ldt: [154, 0xffff, 0, 0] }),
};

/** What the engine's own filter leaves open on every kernel, so that refusing it shows Cordon's filter at work. */
const deniedOnlyByStrict = [
  'ptrace of oneself',
  'personality of 32 bits',
  'a netlink socket of the firewall',
];

describe('the strict filter of system calls', function () {
  this.timeout(180_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let strict: string;

  const run = async (id: string, command: readonly string[], user?: string) => {
    const { exitCode, stdout, stderr } = await core.service.exec(
      id,
      command,
      user === undefined ? {} : { user },
    );
    return { code: exitCode, out: stdout.trim(), err: stderr.trim() };
  };
  const bash = (line: string, id = strict) => run(id, ['bash', '-c', `set -e; ${line}`]);
  /** The error number of every call, each in a process of its own; 0 for one that succeeded. */
  const errors = async (id: string, user?: string): Promise<ReadonlyMap<string, number>> => {
    const names = Object.keys(denied);
    const calls = names.map((name) => `[${denied[name]?.join(',')}]`).join(',');
    const script = `require POSIX; $| = 1; for my $c (${calls}) { my $pid = fork; if (!$pid) { $! = 0; my $r = syscall($c->[0], @$c[1..$#$c]); print $r == -1 ? $! + 0 : 0, "\\n"; POSIX::_exit(0) } waitpid $pid, 0; print "killed\\n" if $?; }`;
    const { out, err } = await run(id, ['perl', '-e', script], user);
    const numbers = out.split('\n').map(Number);
    assert.equal(numbers.length, names.length, err);
    return new Map(names.map((name, index) => [name, numbers[index] ?? Number.NaN]));
  };

  before(async function () {
    this.timeout(600_000);
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    core = workspacesOnEngine(engine.connection, undefined, {
      defaults: () => ({
        image: debianImage,
        profile: 'strict',
        limits: { memoryMiB: 512, tmpMiB: 64 },
        operationTimeoutMs: 60_000,
      }),
    });
    folder = await temporaryFolder();
    strict = (await core.service.create({ name: 'strict', folder })).id;
  });

  after(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('is in force, and shown by its name', async () => {
    const { findings } = await core.service.isolationReport(strict);
    const finding = findings.find(({ id }) => id === 'seccomp');
    assert.deepEqual([finding?.ok, finding?.actual], [true, 'strict (Cordon)']);
    assert.match((await bash('cat /proc/self/status')).out, /Seccomp:\s+2/);
  });

  for (const user of [undefined, '0:0'])
    it(`refuses every one of ${Object.keys(denied).length} calls${user ? ', to root too' : ''}`, async () => {
      const found = await errors(strict, user);
      assert.deepEqual(
        [...found].filter(([, error]) => error !== 1),
        [],
      );
    });

  it('refuses what the engine’s own filter leaves open', async () => {
    const { id } = await core.service.create({
      name: 'standard',
      folder,
      profile: 'standard',
      network: 'none',
    });
    const found = await errors(id);
    for (const name of deniedOnlyByStrict) assert.notEqual(found.get(name), 1, name);
  });

  it('has libraries do without clone3', async () => {
    const { out } = await run(strict, ['perl', '-e', 'print syscall(435, 0, 0), " ", $! + 0']);
    assert.equal(out, '-1 38');
  });

  it('lets a shell work: pipes, jobs, named pipes, signals', async () => {
    const line =
      'cd /tmp; mkfifo p; (sleep 0.1; echo through >p) & cat p; wait; seq 1000 | sort -rn | head -1; kill -0 $$';
    const { code, out, err } = await bash(line);
    assert.deepEqual([code, out, err], [0, 'through\n1000', '']);
  });

  it('lets Node work: threads, processes, loopback, watching, npm', async () => {
    const script = `
      const net = require('node:net'), fs = require('node:fs'), { Worker } = require('node:worker_threads');
      const { execFileSync } = require('node:child_process');
      console.log(execFileSync('echo', ['child']).toString().trim());
      new Worker('require("node:worker_threads").parentPort.postMessage("thread")', { eval: true }).once('message', (m) => {
        console.log(m);
        const server = net.createServer((s) => s.end('loopback')).listen(0, '127.0.0.1', () => {
          net.connect(server.address().port, '127.0.0.1').on('data', (d) => {
            console.log(d.toString());
            server.close();
            const watcher = fs.watch('/tmp', () => { console.log('watched'); watcher.close(); });
            setTimeout(() => fs.writeFileSync('/tmp/w', 'x'), 50);
          });
        });
      });`;
    const { out, err } = await run(strict, ['node', '-e', script]);
    assert.deepEqual([out.split('\n'), err], [['child', 'thread', 'loopback', 'watched'], '']);
    assert.match((await bash('npm --version')).out, /^\d+\.\d+/);
  });

  it('lets Python work: threads, processes, sockets', async () => {
    const script = [
      'import os, socket, subprocess, threading',
      'print(subprocess.check_output(["echo", "child"]).decode().strip())',
      't = threading.Thread(target=print, args=("thread",)); t.start(); t.join()',
      's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); c = socket.create_connection(s.getsockname()); c.sendall(b"loopback")',
      'print(s.accept()[0].recv(8).decode())',
      'pid = os.fork()',
      'os._exit(7) if pid == 0 else print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))',
    ].join('\n');
    const { out, err } = await run(strict, ['python3', '-c', script]);
    assert.deepEqual([out.split('\n'), err], [['child', 'thread', 'loopback', '7'], '']);
  });

  it('lets git work: commit, branch, merge, collect garbage', async () => {
    const line =
      'cd /tmp; git init -qb main r; cd r; git config user.email a@b; git config user.name n; echo 1 >a; git add a; ' +
      'git commit -qm one; git switch -qc side; echo 2 >b; git add b; git commit -qm two; git switch -q main; ' +
      'git merge -q --no-ff -m three side; git gc -q; git log --format=%s; git clone -q . ../c; git -C ../c status --short';
    const { code, out, err } = await bash(line);
    assert.deepEqual([code, out.split('\n').sort(), err], [0, ['one', 'three', 'two'], '']);
  });

  it('lets a C compiler and make work, and what they build', async () => {
    const line =
      'cd /tmp; printf \'#include <stdio.h>\\nint main(void) { puts("built"); return 0; }\\n\' >m.c; ' +
      "printf 'm: m.c\\n\\ttcc -o m m.c\\n' >Makefile; make -s -j2; ./m";
    const { code, out, err } = await bash(line);
    assert.deepEqual([code, out, err], [0, 'built', '']);
  });
});
