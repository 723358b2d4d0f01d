const fs = require('node:fs');
const path = require('node:path');
const { inspect } = require('node:util');
const { reporters } = require('mocha');

/**
 * Mocha's own report for people, and in a file (named by `CORDON_TEST_COUNTS`) what the closing lines tell: the counts,
 * what failed, what passed only when it was tried again, and how long each file took with all that it prepares.
 */
module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.CORDON_TEST_COUNTS;
    if (!file) return;
    const told = { failures: [], retried: [], files: timesOfFiles(runner) };
    const tell = (list) => (test, error) =>
      list.push(`${test.fullTitle()}: ${inspect(error, { depth: 4 }).split('\n', 60).join('\n')}`);
    runner.on('fail', tell(told.failures));
    runner.on('retry', tell(told.retried));
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passed: passes, failed: failures, skipped: pending, ...told };
      fs.writeFileSync(file, JSON.stringify(counts));
      const graceMs = Number(process.env.CORDON_TEST_GRACE_MS ?? 0);
      if (graceMs > 0)
        endAfter(graceMs, (open) => fs.writeFileSync(file, JSON.stringify({ ...counts, open })));
    });
  }
};

/** Milliseconds by the names of files. */
function timesOfFiles(runner) {
  const times = {};
  let startedMs = 0;
  const outermost = (use) => (suite) => {
    if (suite.parent?.root) use(path.relative(process.cwd(), suite.file ?? suite.title));
  };
  runner.on(
    'suite',
    outermost(() => (startedMs = performance.now())),
  );
  runner.on(
    'suite end',
    outermost((file) => (times[file] = (times[file] ?? 0) + Math.round(performance.now() - startedMs))),
  );
  return times;
}

/** A test that leaves something open keeps mocha from ending: then this ends it, in the way that writes coverage. */
function endAfter(graceMs, tell) {
  setTimeout(() => {
    tell(process.getActiveResourcesInfo());
    process.exit(1);
  }, graceMs).unref();
}
