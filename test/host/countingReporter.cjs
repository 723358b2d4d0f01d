const fs = require('node:fs');
const { reporters } = require('mocha');

/**
 * Mocha's own report for people, and in a file (named by `CORDON_TEST_COUNTS`) what the closing lines tell: the counts,
 * what failed, and what passed only when it was tried again.
 */
module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.CORDON_TEST_COUNTS;
    if (!file) return;
    const told = { failures: [], retried: [] };
    const tell = (list) => (test, error) =>
      list.push(
        `${test.fullTitle()}: ${String(error?.stack ?? error)
          .split('\n', 12)
          .join('\n')}`,
      );
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

/** A test that leaves something open keeps mocha from ending: then this ends it, in the way that writes coverage. */
function endAfter(graceMs, tell) {
  setTimeout(() => {
    tell(process.getActiveResourcesInfo());
    process.exit(1);
  }, graceMs).unref();
}
