import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where it is noted what is just being brought into a view that is kept in `own`. */
export function bringingFile(own: string): string {
  return join(own, 'bringing.json');
}

/** Has nobody believe that note any more; success where there is none. */
export async function forgetBringing(own: string): Promise<void> {
  await rm(bringingFile(own), { force: true });
}
