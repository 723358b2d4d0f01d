const fs = require('node:fs');
const { reporters } = require('mocha');

/** Mocha's own report for people, and the counts in a file (named by `CORDON_TEST_COUNTS`) for the closing line. */
module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.CORDON_TEST_COUNTS;
    if (!file) return;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passed: passes, failed: failures, skipped: pending };
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
