import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCleanup } from './cleanup.mjs';
import { run } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { findEngine } from './findEngine.mjs';
import { managedResources, removeManaged } from './leftovers.mjs';
import { projectRoot } from './paths.mjs';

/**
 * Runs stages one after the other, or those that `--only NAME,NAME` names: finds or starts an engine, prepares what they
 * need, says in the end what failed, and takes care that nothing is left in the engine. Sets the exit code. `load` gives
 * the stages, and may import npm packages.
 */
export async function runStages(load) {
  const cleanup = createCleanup();
  process.exitCode = await main(load, cleanup).catch((error) => {
    console.error(error.message);
    return 1;
  });
  await cleanup.run();
}

async function main(load, cleanup) {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  await ensureDependencies();
  const { stages, preparations } = await load();
  const { rawCoverage } = await import('./coverage.mjs');
  const chosen = chooseStages(stages, values.only?.split(','));
  if (chosen.some(({ env }) => env?.NODE_V8_COVERAGE))
    fs.rmSync(rawCoverage, { recursive: true, force: true });

  const engine = once(async () => {
    const found = await ensureEngine({ cleanup });
    await refuseWorkspacesOfAPerson(found.socketPath);
    return found;
  });
  const prepare = Object.fromEntries(
    Object.entries(preparations).map(([name, make]) => [name, once(() => make({ engine }))]),
  );
  const results = [];
  let aside = Promise.resolve();
  for (const stage of chosen) {
    cleanup.closed.throwIfAborted();
    if (stage.last) await aside;
    if (!stage.aside) results.push(await runStage(stage, prepare, cleanup.closed));
    else {
      aside = aside.then(async () => results.push(await runAside(stage, prepare, cleanup.closed)));
      // it is waited for at the end
      aside.catch(() => {});
    }
  }
  await aside;
  await rebuild(chosen);
  return summarise([...results, ...(await checkLeftovers())]);
}

/** What it prints is shown in one piece when it has ended. */
async function runAside(stage, prepare, signal) {
  signal.throwIfAborted();
  const printed = [];
  const result = await runStage(stage, prepare, signal, (text) => printed.push(text));
  console.log(printed.join(''));
  return result;
}

function chooseStages(stages, names) {
  const unknown = names?.filter((name) => !stages.some((stage) => stage.name === name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(
      `There is no stage ${unknown.join(', ')}; there are ${stages.map((s) => s.name).join(', ')}.`,
    );
  }
  return stages.filter(({ name, when }) => (names ? names.includes(name) : (when?.() ?? true)));
}

async function runStage({ name, needs = [], env, run: runTests }, prepare, signal, write) {
  const say = (line) => (write ? write(`${line}\n`) : console.log(line));
  say(`\n=== ${name}`);
  const startedMs = performance.now();
  let result;
  try {
    for (const need of needs) await prepare[need]();
    result = await runTests({ env, signal, write });
  } catch (error) {
    say(error.message);
    result = { passed: 0, failed: 1, why: error.message.split('\n')[0] };
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const skipped = result.skipped ? `, ${result.skipped} skipped` : '';
  const why = result.why ? ` (${result.why})` : '';
  say(`=== ${name}: ${result.passed} passed, ${result.failed} failed${skipped} in ${seconds} s${why}`);
  return { name, ...result };
}

/** The build for coverage is no build to work with. */
async function rebuild(chosen) {
  if (!chosen.some(({ name }) => name === 'build')) return;
  await run(process.execPath, [path.join(projectRoot, 'esbuild.config.mjs')], { cwd: projectRoot }).catch(
    () => {},
  );
}

/**
 * Tests adopt and remove whatever carries our labels. Workspaces of a person are not theirs to touch; on a machine for
 * tests alone (CI) they are what a killed run left.
 */
async function refuseWorkspacesOfAPerson(socketPath) {
  const there = await managedResources(socketPath);
  if (there.length === 0) return;
  if (process.env.CI) {
    console.log(`Removing what an earlier run left: ${there.map(({ name }) => name).join(', ')}`);
    await removeManaged(socketPath);
    return;
  }
  throw new Error(
    `The engine at ${socketPath} has workspaces of Cordon (${there.map(({ name }) => name).join(', ')}), which the tests ` +
      'would remove. Delete them in the Cordon view, or name another engine with DOCKER_HOST.',
  );
}

/** Nothing that tests made in the engine may outlive them. */
async function checkLeftovers() {
  const { socketPath } = await findEngine();
  if (!socketPath) return [];
  const left = await managedResources(socketPath);
  if (left.length === 0) return [{ name: 'leftovers', passed: 1, failed: 0 }];
  console.error('\nThe tests left this in the engine:');
  for (const { kind, name, id } of left) console.error(`  ${kind} ${name} (${id.slice(0, 12)})`);
  return [{ name: 'leftovers', passed: 0, failed: 1, why: `${left.length} left` }];
}

function summarise(results) {
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const bad = results.filter(({ failed }) => failed > 0).map(({ name }) => name);
  for (const { name, failures = [], retried = [] } of results) {
    for (const test of retried) console.log(`\nTried again (${name}): ${test}`);
    for (const test of failures) console.log(`\nFailed (${name}): ${test}`);
  }
  tellSlowest(results);
  if (bad.length > 0) console.log(`\nFailed: ${bad.join(', ')}`);
  const again = results.flatMap(({ retried = [] }) => retried).length;
  const tried = again > 0 ? `, ${again} tried again` : '';
  console.log(`\n${total('passed')} passed, ${total('failed')} failed${tried}`);
  return bad.length > 0 ? 1 : 0;
}

/** What to look at first when the tests take too long. */
function tellSlowest(results) {
  const files = results.flatMap(({ name, files = {} }) =>
    Object.entries(files).map(([file, ms]) => ({
      label: `${file} (${name})`,
      seconds: Math.round(ms / 1000),
    })),
  );
  const slowest = files.sort((a, b) => b.seconds - a.seconds).slice(0, 10);
  if (slowest.length === 0) return;
  console.log('\nThe files that took longest, in seconds:');
  for (const { label, seconds } of slowest) console.log(`  ${String(seconds).padStart(5)} ${label}`);
}

function once(make) {
  let made;
  return () => (made ??= make());
}
