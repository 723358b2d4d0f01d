import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { managedResources, removeManaged } from '../host/leftovers.mjs';
import { temporaryFolder } from '../support/workspacesOnEngine.ts';
import { measureActivation } from './activation.ts';
import { measureAnswers } from './answers.ts';
import { engineFacts, runLabel, type BenchSetting } from './benchSetting.ts';
import { measureCopies } from './copies.ts';
import { measureCreates } from './creates.ts';
import { measureEventToView } from './eventToView.ts';
import { measureFilteredNetwork } from './filteredNetwork.ts';
import { measureFolderPaths } from './folderPaths.ts';
import { measureLanguageServers } from './languageServers.ts';
import { measureLifeCycle } from './lifeCycle.ts';
import type { Measurement, Skip } from './measurement.ts';
import { measurePorts } from './ports.ts';
import { measureReconcile } from './reconcile.ts';
import { asJson, table } from './report.ts';
import { measureReviews } from './reviews.ts';
import { runProgram } from './runProgram.ts';
import { measureStats } from './stats.ts';
import { measureTerminalEcho } from './terminalEcho.ts';

export interface BenchOptions {
  readonly socketPath: string;
  readonly image: string;
  readonly runs: number;
  /** Where the JSON goes. */
  readonly outputFile: string;
  readonly signal: AbortSignal;
  /** Makes sure that there is a VS Code that needs no display. */
  readonly prepareVSCode: () => Promise<unknown>;
  /** Only the benchmarks with these names; all when missing. */
  readonly only?: readonly string[] | undefined;
}

/** Runs the benchmarks, prints the table, writes the JSON, and leaves nothing in the engine. Returns the exit code. */
export async function runBenchmarks(options: BenchOptions): Promise<number> {
  const folder = await temporaryFolder('bench');
  const name = `bench-${randomBytes(4).toString('hex')}`;
  const { socketPath } = options;
  const setting: BenchSetting = {
    ...{ socketPath, name, folder, image: options.image, runs: options.runs, signal: options.signal },
    say: (line) => {
      console.log(line);
    },
  };
  const { measurements, skipped } = await measureAll(setting, options).finally(async () => {
    await removeManaged(socketPath, runLabel(name));
    await fs.rm(dirname(folder), { recursive: true, force: true });
  });
  console.log(`\n${table(measurements, skipped)}`);
  await writeJson(options, measurements, skipped);
  const left = await managedResources(socketPath, runLabel(name));
  for (const { kind, id } of left) console.error(`The benchmarks left ${kind} ${id} in the engine.`);
  return left.length > 0 || skipped.some(({ failed }) => failed) ? 1 : 0;
}

type Outcome = Skip & { readonly failed: boolean };

async function measureAll(setting: BenchSetting, { prepareVSCode, only }: BenchOptions) {
  const measurements: Measurement[] = [];
  const skipped: Outcome[] = [];
  const hasDocker = await hasDockerCli(setting);
  const tools = { docker: hasDocker, devcontainer: hasDocker };
  if (!hasDocker)
    skipped.push({ measure: 'docker CLI and devcontainer', why: 'there is no docker CLI', failed: false });
  const benchmarks: Record<string, () => Promise<readonly Measurement[]>> = {
    life: () => measureLifeCycle(setting, tools),
    creates: () => measureCreates(setting),
    events: () => measureEventToView(setting),
    answers: () => measureAnswers(setting),
    stats: () => measureStats(setting),
    reconcile: () => measureReconcile(setting),
    ports: () => measurePorts(setting),
    languageServers: () => measureLanguageServers(setting),
    terminal: () => measureTerminalEcho(setting),
    paths: () => measureFolderPaths(setting),
    reviews: () => measureReviews(setting),
    copies: () => measureCopies(setting),
    filtered: () => measureFilteredNetwork(setting),
    activation: async () => {
      await prepareVSCode();
      return await measureActivation(setting);
    },
  };
  for (const [measure, run] of Object.entries(benchmarks)) {
    if (only && !only.includes(measure)) continue;
    setting.signal.throwIfAborted();
    setting.say(`Measuring ${measure} ...`);
    try {
      measurements.push(...(await run()));
    } catch (error) {
      setting.signal.throwIfAborted();
      skipped.push({ measure, why: error instanceof Error ? error.message : String(error), failed: true });
    }
  }
  return { measurements, skipped };
}

async function hasDockerCli(setting: BenchSetting): Promise<boolean> {
  try {
    await runProgram('docker', ['version'], setting);
    return true;
  } catch {
    return false;
  }
}

async function writeJson(
  { socketPath, outputFile, runs, image }: BenchOptions,
  measurements: readonly Measurement[],
  skipped: readonly Skip[],
): Promise<void> {
  const { info } = await engineFacts(socketPath, AbortSignal.timeout(10_000));
  const machine = { platform: process.platform, node: process.version, cpus: cpus().length };
  const engine = { product: info.product, version: info.version, apiVersion: info.apiVersion };
  const report = {
    at: new Date().toISOString(),
    runs,
    image,
    machine,
    engine,
    skipped,
    measurements: asJson(measurements),
  };
  await fs.mkdir(dirname(outputFile), { recursive: true });
  await fs.writeFile(outputFile, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${outputFile}`);
}
