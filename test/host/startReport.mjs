/** Measures named steps and prints how long each took. */
export function createTimes() {
  const steps = [];
  return {
    async measure(name, action) {
      const startedMs = performance.now();
      try {
        return await action();
      } finally {
        steps.push({ name, ms: performance.now() - startedMs });
      }
    },
    add(name, ms) {
      steps.push({ name, ms: Math.max(0, ms) });
    },
    print(title) {
      console.log(`\n${title}`);
      for (const { name, ms } of steps.splice(0))
        console.log(`  ${name.padEnd(20)} ${format(ms).padStart(9)}`);
    },
  };
}

const format = (ms) => (ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Prints a workspace that runs. */
export function printWorkspace({ workspace }) {
  const { limits } = workspace;
  console.log(`Image      ${workspace.image}`);
  console.log(`Workspace  ${workspace.name} (${workspace.id})`);
  console.log(`Container  ${workspace.container.id.slice(0, 12)}, ${workspace.container.kind}`);
  console.log(
    `Isolation  profile ${workspace.profile}, network ${workspace.network}, mount ${workspace.mount}`,
  );
  const sizes = `${limits.memoryMiB} MiB memory, ${limits.pids} processes, ${limits.tmpMiB} MiB /tmp`;
  console.log(`           limits: ${limits.cpus} CPU, ${sizes}`);
}

/** Prints what isolates a workspace now. */
export function printIsolation({ report }) {
  console.log(`           grade ${report.grade}, checked in ${format(report.durationMs)}:`);
  for (const { ok, title, expected, actual } of report.findings) {
    console.log(
      `           ${ok ? 'ok ' : 'NOT'} ${title}: ${ok ? actual : `${actual}, expected ${expected}`}`,
    );
  }
}

/** Prints what a command said and how it ended. */
export function printResult({ result }, command) {
  console.log(`\n$ ${command}`);
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  if (result.truncated) console.log('[the output was longer]');
  console.log(`\nExit code  ${result.exitCode} after ${format(result.durationMs)}`);
}
