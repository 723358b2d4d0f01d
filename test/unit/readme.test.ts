import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { egressPresets } from '../../src/isolation/egress/egressPresets.ts';
import { profileNames } from '../../src/isolation/profile.ts';
import { profiles } from '../../src/isolation/profiles.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('README.md', () => {
  it('lists every value of every profile as it is', () => {
    for (const [field, values] of fields()) {
      const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(`, \`${field}\``));
      const cells = row?.split('|').slice(2, -1) ?? [];
      assert.deepEqual(
        cells.map((cell) => cell.replaceAll('`', '').trim()),
        values.map((value) => shown(field, value)),
        field,
      );
    }
  });

  it('lists every name of every preset of the filtered network, and no other', () => {
    for (const [preset, names] of Object.entries(egressPresets)) {
      const start = readme.indexOf(`- \`${preset}\`: `);
      const listed = /^- `\w+`:([^.]|\.\w)+\.$/m.exec(readme.slice(start))?.[0] ?? '';
      assert.deepEqual(
        [...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
        [preset, ...names],
      );
    }
  });
});

/** Every field of a profile with its value in each of them; limits by themselves. */
function fields(): readonly (readonly [string, readonly unknown[]])[] {
  const all = profileNames.map((name) => profiles[name]);
  const keysOf = <T extends object>(value: T) => Object.keys(value) as (keyof T & string)[];
  return [
    ...keysOf(profiles.standard)
      .filter((key) => key !== 'limits')
      .map((key) => [key, all.map((profile) => profile[key])] as const),
    ...keysOf(profiles.standard.limits).map(
      (key) => [`limits.${key}`, all.map(({ limits }) => limits[key])] as const,
    ),
  ];
}

function shown(field: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(' ') || 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === '') return 'its default';
  return value === 0 && field.startsWith('disk') ? 'no limit' : String(value);
}
