import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { parseAccessLine, type EgressTry } from '../../../src/isolation/egress/accessLine.ts';
import { rulesOf, type EgressPolicy } from '../../../src/isolation/egress/egressPolicy.ts';
import {
  proxyCommand,
  proxyConfigurationVariable,
  proxyReadyLine,
  proxyReload,
  proxyTmpfs,
  proxyUser,
} from '../../../src/isolation/egress/proxyProgram.ts';
import { proxyPort } from '../../../src/isolation/egress/proxyHost.ts';
import { squidConfiguration } from '../../../src/isolation/egress/squidConfiguration.ts';
import { ensureImages, squidImage } from '../../host/images.mjs';

/** The real proxy in a hardened container of an engine, on a network that leads out. */
export interface TestProxy {
  readonly container: Docker.Container;
  /** Where the engine's own network reaches it. */
  readonly at: { readonly host: string; readonly port: number };
  /** Puts other rules in force. */
  reload(policy: Partial<EgressPolicy>): Promise<ReloadOutcome>;
  /** The same with any text for the configuration. */
  reloadText(configuration: string, command?: readonly string[]): Promise<ReloadOutcome>;
  /** Runs a line of shell in its container, as the proxy. */
  sh(line: string): Promise<void>;
  /** Everything that it logged as tries, without lines that are none. */
  tries(): Promise<readonly EgressTry[]>;
  /** All that it printed. */
  output(): Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** What its processes hold in memory, page cache aside. */
  memoryMiB(): Promise<number>;
  dispose(): Promise<void>;
}

/** How a reload ended, and after how long. */
export interface ReloadOutcome {
  readonly exitCode: number;
  readonly stderr: string;
  readonly durationMs: number;
}

/** A line of shell that sends a signal to all of squid in the container of a proxy. */
export const toSquid = (signal: string) =>
  `for p in /proc/[0-9]*; do [ "$(cat $p/comm)" != squid ] || kill -${signal} \${p#/proc/}; done`;

const configurationOf = (policy: Partial<EgressPolicy>) =>
  squidConfiguration(rulesOf({ presets: [], allow: [], deny: [], ...policy }));

/** Starts a proxy with rules, and waits until it listens. */
export async function startTestProxy(socketPath: string, policy: Partial<EgressPolicy>): Promise<TestProxy> {
  await ensureImages({ socketPath, wanted: [squidImage] });
  const docker = new Docker({ socketPath });
  const network = await docker.createNetwork({
    Name: `proxy-${Date.now()}`,
    Driver: 'bridge',
    EnableIPv6: true,
    IPAM: { Config: [{ Subnet: '172.31.99.0/24' }, { Subnet: 'fd99:1::/64' }] },
  });
  const container = await docker.createContainer({
    Image: squidImage,
    Entrypoint: proxyCommand(),
    Cmd: [],
    User: proxyUser,
    Env: [`${proxyConfigurationVariable}=${configurationOf(policy)}`],
    HostConfig: {
      NetworkMode: network.id,
      ReadonlyRootfs: true,
      Tmpfs: { ...proxyTmpfs },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: 96 * 1024 * 1024,
      MemorySwap: 96 * 1024 * 1024,
      PidsLimit: 32,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '8m', 'max-file': '2' } },
    },
  });
  await container.start();
  const output = async () => {
    const log = await container.logs({ stdout: true, stderr: true, follow: false });
    return demultiplexed(log);
  };
  for (;;) {
    const { stdout, stderr } = await output();
    if (stdout.includes(`${proxyReadyLine}\n`)) break;
    const { State } = await container.inspect();
    if (!State.Running) throw new Error(`the proxy ended with ${State.ExitCode}: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const reloadText = async (
    configuration: string,
    command: readonly string[] = proxyReload(),
  ): Promise<ReloadOutcome> => {
    const startedAt = performance.now();
    const exec = await container.exec({
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, stdout, stderr);
    // what takes only a part of it says so by its exit code
    stream.on('error', () => undefined);
    stream.end(configuration);
    stdout.resume();
    stream.on('end', () => stderr.end());
    const said = await text(stderr);
    const { ExitCode } = await exec.inspect();
    return { exitCode: ExitCode ?? -1, stderr: said, durationMs: performance.now() - startedAt };
  };
  const { NetworkSettings } = await container.inspect();
  const host = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
  return {
    container,
    at: { host, port: proxyPort },
    reload: (other) => reloadText(configurationOf(other)),
    reloadText,
    sh: async (line) => {
      const exec = await container.exec({ Cmd: ['sh', '-c', line], AttachStdout: true });
      await text(await exec.start({}));
    },
    tries: async () => {
      const { stdout } = await output();
      return stdout.split('\n').flatMap((line) => parseAccessLine(line) ?? []);
    },
    output,
    memoryMiB: async () => {
      const { memory_stats } = await container.stats({ stream: false });
      return (memory_stats.usage - memory_stats.stats.total_inactive_file) / 2 ** 20;
    },
    dispose: async () => {
      await container.remove({ force: true, v: true });
      await network.remove();
    },
  };
}

/** The log of an engine is frames: which stream, a length, and the bytes. */
function demultiplexed(log: Buffer) {
  const parts: Record<number, Buffer[]> = { 1: [], 2: [] };
  for (let at = 0; at + 8 <= log.length;) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    parts[log.readUInt8(at)]?.push(log.subarray(at + 8, end));
    at = end;
  }
  const textOf = (stream: number) => Buffer.concat(parts[stream] ?? []).toString();
  return { stdout: textOf(1), stderr: textOf(2) };
}
