import fs from 'node:fs';
import { ensurePrograms } from '../aptPackages.mjs';
import { findProgram, run } from '../command.mjs';

/** A busybox that needs no library, and the names of its applets. */
export async function staticBusybox() {
  if (process.platform !== 'linux') {
    throw new Error(
      'The small test images are made from the busybox of a Linux: run the engine tests on Linux.',
    );
  }
  await ensurePrograms({ busybox: 'busybox-static' }, { why: 'Making the small test images' });
  const file = findProgram('busybox');
  const binary = fs.readFileSync(file);
  if (binary.includes('/ld-linux') || binary.includes('/ld-musl')) {
    throw new Error(`${file} is not static. Install it with: sudo apt-get install -y busybox-static`);
  }
  const applets = (await run(file, ['--list'])).split('\n').filter((name) => /^[\w.[-]+$/.test(name));
  return { binary, applets };
}
