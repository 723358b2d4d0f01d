import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { run } from '../command.mjs';
import { npmTarball, unpack } from '../npmTarball.mjs';
import { cacheFolder } from '../paths.mjs';
import { versions } from '../versions.mjs';
import { buildImage } from './importImage.mjs';

/** Packages with language servers, each with its programs; none of these depends on another package. */
const packages = {
  typescript: { version: versions.typescript, programs: {} },
  'typescript-language-server': {
    version: versions.typescriptLanguageServer,
    programs: { 'typescript-language-server': 'lib/cli.mjs' },
  },
  pyright: { version: versions.pyright, programs: { 'pyright-langserver': 'langserver.index.js' } },
};

/** One that does. */
const bashServer = { spec: `bash-language-server@${versions.bashLanguageServer}`, program: 'out/cli.js' };

/** What is put on top of another image; another value makes another image. */
export const languagesRecipe = { packages, bashServer, revision: 2 };

/** Makes an image with language servers out of one that has Node. */
export async function makeLanguagesImage(socketPath, { base, repository, tag }) {
  const folder = path.join(cacheFolder, `languages-${process.pid}`);
  const local = path.join(folder, 'local');
  try {
    fs.mkdirSync(path.join(local, 'bin'), { recursive: true });
    for (const [name, { version, programs }] of Object.entries(packages)) {
      const home = path.join(local, 'lib/node_modules', name);
      await unpack(await npmTarball(`${name}@${version}`), home, { strip: 1 });
      for (const [program, file] of Object.entries(programs)) {
        fs.chmodSync(path.join(home, file), 0o755);
        fs.symlinkSync(`../lib/node_modules/${name}/${file}`, path.join(local, 'bin', program));
      }
    }
    await installBashServer(local);
    fs.writeFileSync(path.join(folder, 'Dockerfile'), `FROM ${base}\nCOPY local /usr/local/\n`);
    const tar = spawn('tar', ['-c', '--owner=0', '--group=0', '-C', folder, '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await buildImage(socketPath, { repository, tag, archive: tar.stdout });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** With what it depends on, and without a script of any of them being run. */
async function installBashServer(local) {
  const home = path.join(local, 'lib/bash-language-server');
  fs.mkdirSync(home, { recursive: true });
  const flags = ['--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await run('npm', ['install', ...flags, bashServer.spec], { cwd: home });
  const file = `node_modules/bash-language-server/${bashServer.program}`;
  fs.chmodSync(path.join(home, file), 0o755);
  fs.symlinkSync(`../lib/bash-language-server/${file}`, path.join(local, 'bin/bash-language-server'));
}
