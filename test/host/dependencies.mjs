import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { projectRoot } from './paths.mjs';

/** Installs the project's npm packages when they are missing or the lock file is another one. Runs without them. */
export async function ensureDependencies() {
  const modules = path.join(projectRoot, 'node_modules');
  // inside node_modules, so that it goes away with them
  const stamp = path.join(modules, '.cordon-lock-sha256');
  const lock = fs.readFileSync(path.join(projectRoot, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(process.version).digest('hex');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  if (isSameTree(modules, lock)) {
    // somebody ran `npm install` by hand: it is all there
    fs.writeFileSync(stamp, wanted);
    return;
  }
  console.log('Installing npm packages ...');
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: projectRoot });
  fs.writeFileSync(stamp, wanted);
}

/** Whether the tree that npm says it installed is the one of the lock file, packages of other platforms aside. */
function isSameTree(modules, lock) {
  const installed = path.join(modules, '.package-lock.json');
  if (!fs.existsSync(installed)) return false;
  const there = JSON.parse(fs.readFileSync(installed, 'utf8')).packages;
  const wanted = JSON.parse(lock.toString('utf8')).packages;
  return Object.entries(wanted).every(
    ([folder, { version, optional }]) =>
      folder === '' || (there[folder] === undefined ? optional === true : there[folder].version === version),
  );
}
