import { startPrivateEngine } from './privateEngine.mjs';

/** Runs of tests at the same time, each by its name, as one. */
export const sideBySide = (runs) => async (context) => {
  const running = Object.entries(runs).map(([name, run]) => run({ ...context, write: writerOf(name) }));
  const results = await Promise.all(running.map((result) => result.catch(failureOf)));
  const all = (key) => results.flatMap((result) => result[key] ?? []);
  const total = (key) => all(key).reduce((sum, count) => sum + count, 0);
  return {
    passed: total('passed'),
    failed: total('failed'),
    skipped: total('skipped'),
    failures: all('failures'),
    retried: all('retried'),
    why: all('why').join('; '),
  };
};

const failureOf = (error) => ({ passed: 0, failed: 1, why: error.message.split('\n')[0] });

/** Shows whole lines, and says whose they are. */
function writerOf(name) {
  let begun = '';
  return (text) => {
    const lines = (begun + text).split('\n');
    begun = lines.pop();
    for (const line of lines) console.log(`${name}: ${line}`);
  };
}

/** Runs tests on an engine that nobody else has: they adopt and remove whatever carries our labels. */
export const onOwnEngine = (run) => async (context) => {
  const engine = await startPrivateEngine();
  try {
    return await run({ ...context, env: { ...context.env, DOCKER_HOST: `unix://${engine.socketPath}` } });
  } finally {
    await engine.stop();
  }
};
