import { join } from 'node:path';

/** Where it is noted what is just being brought into a view that is kept in `own`. */
export function bringingFile(own: string): string {
  return join(own, 'bringing.json');
}
