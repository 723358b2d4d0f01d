import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import { DockerConnection } from '../../src/docker/dockerConnection.ts';
import { engineCandidates } from '../../src/docker/engineCandidates.ts';
import { hostSubnets } from '../../src/docker/hostSubnets.ts';
import type { ContainerSpec, NetworkSpec } from '../../src/isolation/containerSpec.ts';
import { defaultNetworkRange } from '../../src/isolation/networkRange.ts';
import { CordonError, type ErrorCode } from '../../src/shared/errors.ts';
import { hostInterfaces } from '../../src/vscode/hostInterfaces.ts';
import type { ContainerEngine } from '../../src/workspaces/containerEngine.ts';
import type { ContainerProcess } from '../../src/workspaces/engineProcesses.ts';
import { execMark } from '../../src/workspaces/monitor/sharedMarks.ts';
import { ensureEngine } from '../host/engine.mjs';
import { ensureImages } from '../host/images.mjs';
import { MemoryMarks } from './memorySecurity.ts';
import { testLabels, tinyImage, tinySpec } from './tinySpec.ts';

/** The marks of all cores and connections of a test run: what one starts is no stranger to another. */
export const testMarks = new MemoryMarks();

/** A connection to the engine at a setting such as `unix:///run/x.sock`, or to the one that discovery finds. */
export function connectTo(setting = ''): DockerConnection {
  const nothing = () => undefined;
  return new DockerConnection({
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    announceExec: async (execId) => {
      await testMarks.leave(execMark(execId));
    },
    addresses: {
      range: () => defaultNetworkRange,
      takenHere: () => Promise.resolve(hostSubnets(hostInterfaces(), '')),
    },
    candidates: () =>
      engineCandidates({
        setting,
        env: process.env,
        platform: process.platform,
        home: homedir(),
        uid: process.getuid?.(),
        readFile: (path) => readFile(path, 'utf8').catch(() => undefined),
      }),
  });
}

export { testLabels, tinyImage, tinySpec };

/** The engine of this machine with the tiny image in it, and everything that a test makes there, undone by `dispose`. */
export interface TestEngine {
  readonly socketPath: string;
  readonly connection: DockerConnection;
  readonly engine: ContainerEngine;
  /** An id for a workspace whose containers, networks and volumes are removed at the end. */
  newWorkspaceId(): string;
  /** A container that runs and waits. */
  startContainer(overrides?: Partial<ContainerSpec>, networkId?: string): Promise<string>;
  dispose(): Promise<void>;
}

/** Connects to the engine that tests share, or to one of a test's own. */
export async function testEngine(ownSocketPath?: string): Promise<TestEngine> {
  const socketPath = ownSocketPath ?? (await ensureEngine()).socketPath;
  await ensureImages({ socketPath, wanted: [tinyImage] });
  const connection = connectTo(`unix://${socketPath}`);
  const engine = await connection.get();
  const workspaceIds: string[] = [];
  const newWorkspaceId = () => {
    const id = `test-${randomUUID()}`;
    workspaceIds.push(id);
    return id;
  };
  return {
    socketPath,
    connection,
    engine,
    newWorkspaceId,
    startContainer: async (overrides, networkId) => {
      const spec = tinySpec(overrides?.workspaceId ?? newWorkspaceId(), overrides);
      const id = await engine.createContainer(spec, networkId);
      await engine.startContainer(id);
      return id;
    },
    dispose: async () => {
      await Promise.all(workspaceIds.map((id) => engine.removeEverythingOf(id)));
      connection.dispose();
    },
  };
}

/** A network of its own for a workspace of a test. */
export function testNetwork(workspaceId: string, isolated: boolean): NetworkSpec {
  return { workspaceId, name: `cordon-${workspaceId}`, labels: testLabels(workspaceId), isolated };
}

/** Everything that a process prints, and how it ended. */
export async function outcomeOf(process: ContainerProcess) {
  const [stdout, stderr, exitCode] = await Promise.all([
    bytesOf(process.stdout),
    bytesOf(process.stderr),
    process.exitCode,
  ]);
  return { stdout, stderr, exitCode };
}

/** Runs a shell line in a container to its end. */
export async function shell(engine: ContainerEngine, containerId: string, line: string) {
  const process = await engine.startProcess({
    containerId,
    command: ['sh', '-c', line],
    cwd: '/',
    env: {},
    stdin: false,
  });
  const { stdout, stderr, exitCode } = await outcomeOf(process);
  return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** For `assert.rejects`: true for an error with this code whose sentence matches. */
export function failsWith(code: ErrorCode, sentence = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CordonError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, sentence);
    return true;
  };
}
