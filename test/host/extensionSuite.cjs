const fs = require('node:fs');
const path = require('node:path');

/** Runs the bundled test files beside this one with mocha, in the extension host. */
exports.run = async () => {
  const { Mocha } = require('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    forbidOnly: true,
    retries: 1,
    reporter: process.env.CORDON_TEST_REPORTER ?? 'spec',
  });
  const files = fs.readdirSync(__dirname, { recursive: true }).filter((name) => name.endsWith('.test.cjs'));
  for (const name of files.sort()) mocha.addFile(path.join(__dirname, name));
  const failures = await new Promise((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
};
