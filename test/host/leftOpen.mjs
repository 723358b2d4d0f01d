import { setTimeout as delay } from 'node:timers/promises';

const graceMs = Number(process.env.CORDON_TEST_GRACE_MS ?? 0);
/** What keeps this process running when no test has begun, and mocha's timer for the hook below. */
let usual = [...process.getActiveResourcesInfo(), 'Timeout'];

/**
 * In each process of a parallel run mocha does this after each file: one that leaves something open fails. The pool ends
 * its processes in the end whatever they still have open, so nobody else would notice.
 */
export const mochaHooks = {
  async afterAll() {
    const [file] = this.test.parent.suites.map((suite) => suite.file);
    this.timeout(graceMs + 10_000);
    const endsAt = performance.now() + graceMs;
    do await delay(5);
    while (added().length > 0 && performance.now() < endsAt);
    const open = added();
    usual = process.getActiveResourcesInfo();
    if (open.length > 0) throw new Error(`${file} left open: ${open.join(', ')}`);
  },
};

function added() {
  const rest = [...usual];
  return process.getActiveResourcesInfo().filter((kind) => {
    const index = rest.indexOf(kind);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}
