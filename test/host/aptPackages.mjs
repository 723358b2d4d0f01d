import { findProgram, run } from './command.mjs';
import { isRootOnLinux } from './paths.mjs';

/**
 * Makes sure that programs are there, by installing their Debian packages where this process may do so.
 * `wanted` names a package for every program: `{ dockerd: 'docker.io' }`.
 */
export async function ensurePrograms(wanted, { why }) {
  const missing = Object.entries(wanted).filter(([program]) => !findProgram(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const names = missing.map(([program]) => program).join(', ');
  if (!findProgram('apt-get')) {
    throw new Error(
      `${why} needs ${names}, which this system has to bring (on Debian or Ubuntu: ${install}).`,
    );
  }
  if (!isRootOnLinux) {
    throw new Error(`${why} needs ${names}. Install it with: sudo apt-get update && sudo ${install}`);
  }
  console.log(`Installing ${packages.join(', ')} (${why}) ...`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // a package source that cannot be reached does not matter when the others have what is wanted
  const update = await run('apt-get', ['update'], { env }).catch((error) => error);
  try {
    await run('apt-get', install.split(' ').slice(1), { env });
  } catch (error) {
    const cause = update instanceof Error ? `${update.message}\n${error.message}` : error.message;
    throw new Error(`${why} needs ${names}, and installing failed:\n${cause}`, { cause: error });
  }
  const still = missing.filter(([program]) => !findProgram(program));
  if (still.length > 0)
    throw new Error(`${packages.join(', ')} did not bring ${still.map(([p]) => p).join(', ')}.`);
}
