import { readdirSync } from 'node:fs';
import { plainForm, type EntryForm } from '../../src/review/entryForm.ts';

/** A folder on a disk to which capitals are all the same, and which keeps them: that of the folder at this path alone. */
export function foldingForm(path: string): EntryForm {
  const folded = (name: Buffer | string) => name.toString().toLowerCase();
  return {
    ...plainForm,
    mayFold: true,
    onDisk: (name) => {
      const there = readdirSync(path, { encoding: 'buffer' });
      return there.find((each) => folded(each) === folded(name)) ?? name;
    },
  };
}
