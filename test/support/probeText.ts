import type { ContainerSpec } from '../../src/isolation/containerSpec.ts';
import { letThroughStatus } from '../../src/isolation/egress/letThroughStatus.ts';
import { refusals } from '../../src/isolation/probe/proxyQuestions.ts';
import { capabilityBits } from '../../src/isolation/capabilityNames.ts';

/** What the probe prints in a container that was made exactly as specified, line by line. */
export function probeLines(
  spec: ContainerSpec,
  targets: readonly string[] = [],
  proxy = '',
  allowed = '',
): string[] {
  const { uid, gid } = 'uid' in spec.user ? spec.user : { uid: 1000, gid: 1000 };
  const kept = capabilityBits(spec.capabilities).toString(16).padStart(16, '0');
  const none = '0'.repeat(16);
  const effective = uid === 0 ? kept : none;
  const { limits } = spec;
  const kernel = 'nosuid,nodev,noexec,relatime';
  return [
    'cordon-probe 1',
    `status Uid:\t${[uid, uid, uid, uid].join('\t')}`,
    `status Gid:\t${[gid, gid, gid, gid].join('\t')}`,
    `status Groups:\t${gid} `,
    ...['CapInh', 'CapPrm', 'CapEff'].map((set) => `status ${set}:\t${effective}`),
    `status CapBnd:\t${kept}`,
    `status CapAmb:\t${none}`,
    'status NoNewPrivs:\t1',
    'status Seccomp:\t2',
    'uidmap          0          0 4294967295',
    `limit Max core file size        ${limits.coreBytes}                    ${limits.coreBytes}                    bytes     `,
    `limit Max open files            ${limits.openFiles}                 ${limits.openFiles}                 files     `,
    `mount / / ${spec.readOnlyRoot ? 'ro' : 'rw'},relatime - overlay overlay rw,lowerdir=/var/lib/x`,
    `mount / /proc rw,${kernel} - proc proc rw`,
    'mount / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755',
    `mount / /sys ro,${kernel} - sysfs sysfs ro`,
    `mount /docker/x /sys/fs/cgroup/pids ro,${kernel} master:9 - cgroup cgroup rw,pids`,
    `mount /sys /proc/sys ro,${kernel} - proc proc rw`,
    'mount /null /proc/kcore rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755',
    'mount / /sys/firmware ro,relatime - tmpfs tmpfs ro',
    'mount /x/hosts /etc/hosts rw,relatime - ext4 /dev/vda rw',
    ...spec.tmpfs.map(
      ({ target, exec, sizeMiB, mode }) =>
        `mount / ${target} rw,nosuid,nodev${exec ? '' : ',noexec'},relatime - tmpfs tmpfs rw,size=${sizeMiB * 1024}k,mode=${mode}`,
    ),
    ...spec.mounts.map(
      ({ source, target, readOnly }) =>
        `mount ${source.replaceAll(' ', '\\040')} ${target} ${readOnly ? 'ro' : 'rw'},relatime - ext4 /dev/vda rw`,
    ),
    ...(spec.view
      ? [
          `mount / ${spec.view.target} rw,nosuid,nodev,relatime - overlay overlay rw,lowerdir=${spec.view.lower},upperdir=${spec.view.upper},workdir=${spec.view.work}`,
        ]
      : []),
    'exists /proc/sys',
    'exists /proc/kcore',
    'exists /sys/firmware',
    `cgroup memory ${limits.memoryMiB * 1024 * 1024}`,
    `cgroup memory+swap ${limits.memoryMiB * 1024 * 1024}`,
    `cgroup pids ${limits.pids}`,
    `cgroup quota ${limits.cpus * 100_000}`,
    'cgroup period 100000',
    ...spec.tmpfs.map(({ target }) => `writable ${target}`),
    ...['/proc/sys/kernel', '/sys', '/etc'].map((path) => `closed ${path}`),
    ...['full', 'null', 'random', 'tty', 'urandom', 'zero'].map((name) => `device char ${name}`),
    'interface Inter-|   Receive                            |  Transmit',
    'interface     lo:     100       2    0    0    0     0          0         0      100       2',
    ...(spec.network === 'own' ? ['interface   eth0:     200       2    0    0    0     0'] : []),
    'route Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT      ',
    ...(spec.network === 'own'
      ? ['route eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0   ']
      : []),
    `process 1 ${uid} ${effective} 1 2 docker-init  `,
    `process 7 ${uid} ${effective} 1 2 sleep  `,
    ...targets.map((target) => `reach ${target} none`),
    ...(proxy === '' ? [] : ['asks', ...refusals.map((name) => `asked ${name} 403`)]),
    ...(proxy === '' || allowed === '' ? [] : [`allows ${letThroughStatus}`]),
    ...(spec.network === 'own' && !spec.looksUpNames ? ['lookup none'] : []),
    'end',
  ];
}

/** The same as it is read from the probe. */
export function probeText(...printed: Parameters<typeof probeLines>): string {
  return `${probeLines(...printed).join('\n')}\n`;
}
