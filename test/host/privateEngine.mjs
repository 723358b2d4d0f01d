import { spawn } from 'node:child_process';
import { on } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram, lastLines } from './command.mjs';
import { waitForEngine } from './engineRequest.mjs';
import { isAlive, isGone } from './stopProcess.mjs';

// The first process of the namespaces: holds them open, starts the daemon for every line it reads, takes in orphans
// (bash does), and ends when our end of its standard input closes, however this process dies. With it ends all that
// runs in them, a stopped process too, and their mounts go; only what a freezer of cgroup v1 holds must be let go first.
const HOLDER = `
folder=$1 cgroup=$2 sizeMiB=$3 nameServer=$4; shift 4
ip link set lo up || exit 1
exec 9<"$folder"
while [ "$1" != -- ]; do mount -t tmpfs tmpfs "$1" || exit 1; shift; done; shift
if [ ! -d "$folder/data" ]; then mkdir -p "$folder" && mount -c --bind /proc/self/fd/9 "$folder" || exit 1; fi
exec 9<&-
if [ -n "$nameServer" ]; then
  echo "nameserver $nameServer" >"$folder/resolv.conf"
  mount --bind "$folder/resolv.conf" /etc/resolv.conf || exit 1
fi
if [ -n "$sizeMiB" ]; then mount -t tmpfs -o "size=\${sizeMiB}m" tmpfs "$folder/data" || exit 1; fi
echo ready
while read -r _; do
  "$@" >>"$folder/dockerd.log" 2>&1 &
  echo $!
done
freezer=/sys/fs/cgroup/freezer/$cgroup
if [ -d "$freezer" ]; then find "$freezer" -name freezer.state | while read -r state; do echo THAWED >"$state"; done; fi`;

/**
 * Starts an engine that a test may torture, beside any other: its own socket, data, network, mount and process
 * namespaces, on the same files as the host. Needs root on Linux. `dataSizeMiB` gives it a disk of that size only,
 * `nameServer` makes it ask there for names, `hiddenFolders` are empty for it, as for an engine on another machine, and
 * `settings` go into its configuration file.
 */
export async function startPrivateEngine({
  dir,
  dataSizeMiB,
  nameServer,
  hiddenFolders = [],
  settings = {},
} = {}) {
  const folder = dir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'cordon-engine-'));
  for (const name of ['data', 'exec']) fs.mkdirSync(path.join(folder, name), { recursive: true });
  const socketPath = path.join(folder, 'docker.sock');
  const logFile = path.join(folder, 'dockerd.log');
  const cgroup = `cordon-test-${path.basename(folder)}`;
  // a test that ends without stop() leaves the processes to the holder, and the folder to this
  const removeFolder = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.on('exit', removeFolder);
  let holder;
  let pid;

  const start = async () => {
    pid = await holder.startDaemon();
    const failure = () => (isAlive(pid) ? undefined : 'it ended');
    await waitForEngine(socketPath, { timeoutMs: 90_000, failure });
  };
  const kill = async (signal = 'SIGKILL') => {
    process.kill(pid, signal);
    if (signal === 'SIGCONT') return;
    if (signal === 'SIGSTOP') {
      while (!/^State:\s+T/m.test(statusOf(pid))) await new Promise((resolve) => setTimeout(resolve, 5));
      return;
    }
    // what is stopped hears nothing but SIGKILL, which ends it at once
    if (signal !== 'SIGKILL') process.kill(pid, 'SIGCONT');
    if (!(await isGone(pid, 20_000))) throw new Error(`the private engine (${pid}) did not end on ${signal}`);
  };
  const stop = async () => {
    await holder?.release();
    removeCgroups(cgroup);
    removeFolder();
    process.off('exit', removeFolder);
  };
  try {
    holder = await holdNamespaces([
      folder,
      cgroup,
      String(dataSizeMiB ?? ''),
      nameServer ?? '',
      ...hiddenFolders,
      '--',
      ...daemonCommand(folder, socketPath, cgroup, settings),
    ]);
    await start();
  } catch (error) {
    const log = fs.existsSync(logFile) ? lastLines(fs.readFileSync(logFile, 'utf8')) : '';
    await stop();
    throw new Error(`The private engine did not start: ${error.message}\n${log}`, { cause: error });
  }
  return {
    socketPath,
    logFile,
    get pid() {
      return pid;
    },
    /** Sends a signal to the daemon alone and waits for its end; `SIGSTOP` freezes it until `SIGCONT`. */
    kill,
    /** Starts the daemon again, on the same data; a running one is asked to end first. */
    async restart() {
      if (isAlive(pid)) await kill('SIGTERM');
      await start();
    },
    /** Ends it and everything in it, and removes its folder. */
    stop,
  };
}

function daemonCommand(folder, socketPath, cgroup, settings) {
  const configuration = path.join(folder, 'daemon.json');
  fs.writeFileSync(configuration, JSON.stringify(settings));
  return [
    ...[
      findProgram('dockerd') ?? 'dockerd',
      '--host',
      `unix://${socketPath}`,
      '--config-file',
      configuration,
    ],
    ...['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')],
    ...['--pidfile', path.join(folder, 'docker.pid'), '--cgroup-parent', `/${cgroup}`],
  ];
}

async function holdNamespaces(args) {
  const flags = [
    '--net',
    '--mount',
    '--propagation',
    'slave',
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child',
  ];
  // a process group of its own, so that a Ctrl+C in the terminal leaves the end to us
  const unshare = spawn('unshare', [...flags, '/bin/bash', '-c', HOLDER, 'bash', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let complaint = '';
  unshare.stderr.on('data', (chunk) => (complaint += chunk));
  unshare.stdin.on('error', () => undefined);
  const ended = new Promise((resolve) => {
    unshare.on('error', (error) => resolve(error.message));
    unshare.on('close', () => resolve(complaint || 'the namespaces are gone'));
  });
  const lines = on(createInterface({ input: unshare.stdout }), 'line');
  const nextLine = async () => {
    const line = await Promise.race([lines.next(), ended.then((why) => ({ why }))]);
    if (line.why) throw new Error(`no namespaces for an engine (root on Linux is needed): ${line.why}`);
    return line.value[0];
  };
  await nextLine();
  return {
    async startDaemon() {
      unshare.stdin.write('start\n');
      return hostPid(await nextLine(), childOf(unshare.pid));
    },
    async release() {
      unshare.stdin.destroy();
      await ended;
      await lines.return();
    },
  };
}

const statusOf = (pid) => {
  try {
    return fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // it ended meanwhile
    return '';
  }
};
const childrenOf = (parent) =>
  fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && new RegExp(`^PPid:\\t${parent}$`, 'm').test(statusOf(name)))
    .map(Number);

function childOf(parent) {
  const [child] = childrenOf(parent);
  if (!child) throw new Error(`process ${parent} has no child`);
  return child;
}

/** The id that the host gives to a child, which knows itself by another in its namespace. */
function hostPid(innerPid, parent) {
  const found = childrenOf(parent).find((pid) =>
    new RegExp(`^NSpid:.*\\t${innerPid}$`, 'm').test(statusOf(pid)),
  );
  if (!found) throw new Error('the daemon ended at once');
  return found;
}

/** Containers that were killed with their engine leave empty control groups, one tree per hierarchy. */
function removeCgroups(name) {
  const hierarchies = ['', ...fs.readdirSync('/sys/fs/cgroup')];
  for (const root of hierarchies.map((entry) => path.join('/sys/fs/cgroup', entry, name))) {
    if (!fs.existsSync(root)) continue;
    const folders = fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((e) => e.isDirectory());
    const paths = [root, ...folders.map((entry) => path.join(entry.parentPath, entry.name))];
    for (const folder of paths.sort((a, b) => b.length - a.length)) fs.rmdirSync(folder);
  }
}
