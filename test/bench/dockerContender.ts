import type { EngineFacts } from '../../src/docker/engineFacts.ts';
import type { ContainerSpec } from '../../src/isolation/containerSpec.ts';
import { userText } from '../../src/isolation/workspaceUser.ts';
import type { BenchSetting } from './benchSetting.ts';
import { command, requireHello, type Contender } from './contender.ts';
import { rawSpecs } from './rawOptions.ts';
import { runProgram } from './runProgram.ts';

/** The docker CLI, with flags that say what Cordon says. */
export function dockerContender(setting: BenchSetting, facts: EngineFacts): Contender {
  const docker = (...words: string[]) => runProgram('docker', words, setting);
  let name = '';
  return {
    name: 'docker',
    async create() {
      const { container, network } = rawSpecs(setting, facts);
      name = container.name;
      const icc = ['--opt', 'com.docker.network.bridge.enable_icc=false'];
      await docker('network', 'create', ...icc, ...labelFlags(network.labels), name);
      await docker(
        'run',
        '--detach',
        '--interactive',
        ...runFlags(container),
        container.image,
        ...(container.command ?? []),
      );
    },
    async exec() {
      requireHello(await docker('exec', name, ...command));
    },
    async restart() {
      await docker('restart', '--time', '5', name);
    },
    async stop() {
      await docker('stop', '--time', '5', name);
    },
    async remove() {
      await docker('rm', '--force', '--volumes', name);
      await docker('network', 'rm', name);
    },
  };
}

function runFlags(spec: ContainerSpec): string[] {
  const { limits, user } = spec;
  return [
    ...['--name', spec.name, '--hostname', spec.hostname, '--network', spec.name],
    ...['--init', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pull', 'never'],
    ...(spec.readOnlyRoot ? ['--read-only'] : []),
    ...['--user', userText(user), '--workdir', spec.workingFolder],
    ...[
      '--cpus',
      `${limits.cpus}`,
      '--memory',
      `${limits.memoryMiB}m`,
      '--memory-swap',
      `${limits.memoryMiB}m`,
    ],
    ...['--pids-limit', `${limits.pids}`, '--shm-size', `${limits.sharedMemoryMiB}m`],
    ...['--ulimit', `nofile=${limits.openFiles}`, '--ulimit', `core=${limits.coreBytes}`],
    ...['--log-opt', 'max-size=10m', '--log-opt', 'max-file=2', '--health-cmd', 'sleep 0'],
    ...['--health-interval', '60s', '--stop-timeout', '5'],
    ...spec.mounts.flatMap(({ source, target, readOnly }) => [
      '--mount',
      `type=bind,source=${source},target=${target}${readOnly ? ',readonly' : ''}`,
    ]),
    ...spec.tmpfs.flatMap(({ target, sizeMiB, mode, uid, gid, exec }) => [
      '--tmpfs',
      `${target}:rw,nosuid,nodev,${exec ? 'exec' : 'noexec'},size=${sizeMiB}m,mode=${mode},uid=${uid},gid=${gid}`,
    ]),
    ...Object.entries(spec.env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...labelFlags(spec.labels),
  ];
}

function labelFlags(all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
}
