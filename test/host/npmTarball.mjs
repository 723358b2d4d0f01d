import fs from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { cacheFolder } from './paths.mjs';

/** Fetches a package of the npm registry (`name@1.2.3`) once and returns its tarball. No script of it runs. */
export async function npmTarball(spec) {
  const folder = path.join(cacheFolder, 'packages');
  const file = path.join(folder, `${spec.replaceAll('/', '-').replace('@', '-')}.tgz`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(folder, { recursive: true });
  const unfinished = fs.mkdtempSync(path.join(folder, 'fetch-'));
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', unfinished, spec], { cwd: unfinished });
    const [name] = fs.readdirSync(unfinished);
    fs.renameSync(path.join(unfinished, name), file);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
  return file;
}

/** Unpacks a part of a tarball (`package/bin/node`) into a folder, without the given number of leading names. */
export async function unpack(tarball, folder, { strip, members = [] }) {
  fs.mkdirSync(folder, { recursive: true });
  const args = ['-xzf', tarball, '-C', folder, `--strip-components=${strip}`, '--no-same-owner', ...members];
  await run('tar', args);
}
