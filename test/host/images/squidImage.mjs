import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../paths.mjs';
import { debianRoot } from './debianRoot.mjs';

const packages = ['squid'];
// what its own helpers for passwords and caches are written in; nothing of it is used
const leftOut = [
  '/usr/share/perl',
  '/usr/share/perl5',
  '/usr/lib/*/perl',
  '/usr/lib/*/perl5',
  '/usr/share/zoneinfo',
];

/** What the image is made of; another value makes another image. */
export const squidRecipe = { suite: 'bookworm', packages, leftOut, revision: 1 };

/**
 * A tar archive with the files of a small Debian with squid. It takes minutes on a slow machine and every engine of a
 * test wants it, so it is kept.
 */
export async function squidArchive(tag) {
  const kept = path.join(cacheFolder, `squid-${tag}.tar.gz`);
  if (fs.existsSync(kept)) return kept;
  fs.mkdirSync(cacheFolder, { recursive: true });
  const making = path.join(cacheFolder, `squid-${process.pid}.tar.gz`);
  try {
    const hook = `--customize-hook=cd "$1" && rm -rf ${leftOut.map((place) => `.${place}`).join(' ')}`;
    await debianRoot(making, {
      suite: squidRecipe.suite,
      packages,
      hooks: [hook],
      why: 'Making the squid image',
    });
    fs.renameSync(making, kept);
  } finally {
    fs.rmSync(making, { force: true });
  }
  return kept;
}
