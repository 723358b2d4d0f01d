import { debianRoot } from './debianRoot.mjs';
import { keptArchive } from './keptArchive.mjs';

const packages = ['squid'];
// what its own helpers for passwords and caches are written in; nothing of it is used
const leftOut = [
  '/usr/share/perl',
  '/usr/share/perl5',
  '/usr/lib/*/perl',
  '/usr/lib/*/perl5',
  '/usr/share/zoneinfo',
];

/** What the files of the image are made of; another value makes another image. */
export const squidRecipe = { suite: 'bookworm', packages, leftOut, revision: 1 };
/** Dockerfile instructions; the volumes are those of `ubuntu/squid`. */
export const squidChanges = ['VOLUME ["/var/log/squid", "/var/spool/squid"]', 'CMD ["squid", "-N"]'];

/** A tar archive with the files of a small Debian with squid. */
export async function squidArchive(tag) {
  const hook = `--customize-hook=cd "$1" && rm -rf ${leftOut.map((place) => `.${place}`).join(' ')}`;
  return await keptArchive('squid', `${tag}.tar.gz`, (archive) =>
    debianRoot(archive, { suite: squidRecipe.suite, packages, hooks: [hook], why: 'Making the squid image' }),
  );
}
