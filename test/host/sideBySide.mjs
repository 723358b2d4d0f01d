import { startPrivateEngine } from './privateEngine.mjs';

/** Runs of tests at the same time, as one; each is shown in one piece when it has ended. */
export const sideBySide = (runs) => async (context) => {
  const results = await Promise.all(runs.map((run) => inOnePiece(run, context)));
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

async function inOnePiece(run, context) {
  const printed = [];
  try {
    return await run({ ...context, write: (text) => printed.push(text) });
  } catch (error) {
    return { passed: 0, failed: 1, why: error.message.split('\n')[0] };
  } finally {
    console.log(printed.join(''));
  }
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
