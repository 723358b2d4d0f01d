// Does something with a review on the disk. Kills itself before one of its steps, or in the middle of it where it writes; ends
// by itself where it has no such step.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { reviewOnDisk } from './reviewOnDisk.ts';

type Call = (...about: unknown[]) => unknown;

const [parent = '', work = '', last = ''] = process.argv.slice(2);
let steps = 0;

const killAt = (target: object, name: string, half: Call = () => undefined) => {
  const calls = target as Record<string, Call>;
  const call = calls[name]!;
  calls[name] = function (this: unknown, ...about: unknown[]) {
    steps += 1;
    if (steps === Number(last)) {
      half.apply(this, about);
      process.kill(process.pid, 'SIGKILL');
    }
    return call.apply(this, about);
  };
};

for (const name of ['mkdir', 'rm', 'rmdir', 'rename', 'link', 'unlink', 'symlink', 'writeFile'])
  killAt(fs.promises, name);
const file = await fs.promises.open(import.meta.filename, 'r');
const handles = Object.getPrototypeOf(file) as object;
await file.close();
killAt(handles, 'chmod');
killAt(handles, 'write', function (this: unknown, content, from, length, at) {
  fs.writeSync(
    (this as { fd: number }).fd,
    content as Buffer,
    from as number,
    Math.ceil(Number(length) / 2),
    at as number,
  );
});
syncBuiltinESMExports();

const review = reviewOnDisk(parent);
const works: Readonly<Record<string, () => Promise<unknown>>> = {
  prepare: () => review.prepare(),
  accept: () => review.acceptAll(),
  undo: () => review.undo(),
  recover: () => review.recover(),
};
await works[work]?.();
