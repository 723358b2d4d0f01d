import fs from 'node:fs';
import path from 'node:path';
import { ensurePrograms } from '../aptPackages.mjs';
import { run } from '../command.mjs';
import { npmTarball, unpack } from '../npmTarball.mjs';
import { cacheFolder, isRootOnLinux } from '../paths.mjs';
import { versions } from '../versions.mjs';
import { keptArchive } from './keptArchive.mjs';

const PACKAGES = [
  ...['bash', 'ca-certificates', 'curl', 'git', 'libc6-dev', 'make', 'procps', 'python3-pip', 'tcc'],
  // shells that tell of their commands, beside bash
  ...['fish', 'zsh'],
  // the smaller of the two debuggers that debugpy will do with
  ...['gdb-minimal', 'python3', 'python3-debugpy'],
];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
// documentation and translations make a third of such a root, and no test reads them
const LEFT_OUT = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*'];

/** What the image is made of; another value makes another image. */
export const debianRecipe = {
  suite: 'bookworm',
  packages: PACKAGES,
  leftOut: LEFT_OUT,
  versions,
  revision: 1,
};

/** The command that makes the same kind of image from a registry, where Debian's own way does not work. */
export const debianByHand = `printf 'FROM node:24-bookworm-slim\\nRUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}\\n' | docker build -t cordon/debian:local -`;

/** A tar archive with the files of a small Debian with git, Python, Node and npm. */
export async function debianArchive(tag) {
  return await keptArchive('debian', `${tag}.tar`, makeDebianRoot);
}

async function makeDebianRoot(archive) {
  const local = path.join(cacheFolder, 'debian', 'local');
  fs.rmSync(local, { recursive: true, force: true });
  try {
    await putNode(local);
    const hooks = [`--customize-hook=copy-in '${local}' /usr`];
    await debianRoot(archive, {
      suite: debianRecipe.suite,
      packages: PACKAGES,
      hooks,
      why: 'Making the Debian image',
    });
  } catch (error) {
    throw new Error(`${error.message}\nWith a registry, this makes it too:\n${debianByHand}`, {
      cause: error,
    });
  } finally {
    fs.rmSync(path.dirname(local), { recursive: true, force: true });
  }
}

/** Makes a tar archive, compressed if its name says so, with the files of a Debian that has some packages. */
export async function debianRoot(archive, { suite, packages, hooks, why }) {
  if (process.platform !== 'linux') throw new Error(`${why} needs Debian's tools, which are not here.`);
  const tools = { mmdebstrap: 'mmdebstrap', ...(isRootOnLinux ? {} : { newuidmap: 'uidmap' }) };
  await ensurePrograms(tools, { why });
  await run('mmdebstrap', [
    ...['--variant=minbase', '--format=tar', `--include=${packages.join(',')}`],
    ...LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...(fs.existsSync(KEYRING) ? [`--keyring=${KEYRING}`] : []),
    ...hooks,
    '--customize-hook=rm -rf "$1"/var/cache/apt "$1"/var/lib/apt/lists/*',
    ...[suite, archive],
  ]);
}

/** Fills what becomes /usr/local with Node (only its program) and npm. */
async function putNode(local) {
  const bin = path.join(local, 'bin');
  const node = await npmTarball(`node-linux-${process.arch}@${versions.node}`);
  await unpack(node, bin, { strip: 2, members: ['package/bin/node'] });
  await unpack(await npmTarball(`npm@${versions.npm}`), path.join(local, 'lib/node_modules/npm'), {
    strip: 1,
  });
  for (const name of ['npm', 'npx']) {
    fs.symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, path.join(bin, name));
    fs.chmodSync(path.join(local, `lib/node_modules/npm/bin/${name}-cli.js`), 0o755);
  }
}
