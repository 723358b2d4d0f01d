import fc from 'fast-check';

const name = fc.constantFrom('a', 'b', 'c', 'ä x');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const quoted = (text: string) => `'${text}'`;

/** One thing that a shell does with files, which may fail. */
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(path, fc.nat(99)).map(([p, n]) => `echo ${n} > ${quoted(p)}`) },
  { weight: 3, arbitrary: path.map((p) => `mkdir -p ${quoted(p)}`) },
  { weight: 3, arbitrary: path.map((p) => `rm -rf ${quoted(p)}`) },
  { weight: 3, arbitrary: fc.tuple(path, path).map(moved) },
  { weight: 1, arbitrary: fc.tuple(path, fc.nat(99)).map(([p, n]) => `echo ${n} >> ${quoted(p)}`) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(([p, q]) => `cp ${quoted(p)} ${quoted(q)}`) },
  { weight: 1, arbitrary: fc.tuple(path, path).map(linked) },
  { weight: 1, arbitrary: fc.tuple(name, path).map(([t, p]) => `ln -s ${quoted(t)} ${quoted(p)}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('700', '755', '775'), path)
      .map(([mode, p]) => `chmod ${mode} ${quoted(p)}`),
  },
);

/** An overlay lets nobody rename a folder over an empty one, as other disks do. */
function moved([from, to]: readonly [string, string]): string {
  const taken = `${to}/${from.split('/').at(-1) ?? ''}`;
  return `[ -d ${quoted(taken)} ] || mv ${quoted(from)} ${quoted(to)}`;
}

/** A symbolic link gets a second name only from its owner, and who that is differs. */
function linked([from, to]: readonly [string, string]): string {
  return `[ -L ${quoted(from)} ] || ln ${quoted(from)} ${quoted(to)}`;
}

/** A shell script of random file operations, the same for everybody with the same seed. */
export const fileOperations = fc
  .array(operation, { minLength: 1, maxLength: 25 })
  .map((lines) => `${lines.join('\n')}\ntrue`);
