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

/** One thing that a person does with files meanwhile, at the same paths. */
const personOperation = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(path, fc.nat(99)).map(([p, n]) => `echo ${n} > ${quoted(p)}`) },
  { weight: 2, arbitrary: path.map((p) => `rm -f ${quoted(p)}`) },
  { weight: 1, arbitrary: path.map((p) => `rm -rf ${quoted(p)}`) },
  { weight: 2, arbitrary: path.map((p) => `mkdir ${quoted(p)}`) },
  { weight: 2, arbitrary: path.map((p) => `rmdir ${quoted(p)}`) },
  { weight: 2, arbitrary: fc.tuple(path, path).map(fileMoved) },
  { weight: 2, arbitrary: fc.tuple(name, path).map(replacedByLink) },
  { weight: 2, arbitrary: path.map((p) => `[ -f ${quoted(p)} ] && rm ${quoted(p)} && mkdir ${quoted(p)}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('700', '750', '755'), path)
      .map(([mode, p]) => `chmod ${mode} ${quoted(p)}`),
  },
);

/** A folder that is moved as a whole into the place of another one is no conflict by itself. */
function fileMoved([from, to]: readonly [string, string]): string {
  return `[ -d ${quoted(from)} ] || mv -f ${quoted(from)} ${quoted(to)}`;
}

function replacedByLink([target, file]: readonly [string, string]): string {
  return `[ -f ${quoted(file)} ] && ln -sf ${quoted(target)} ${quoted(file)}`;
}

const scriptOf = (lines: readonly string[]) => `${lines.join('\n')}\ntrue`;

/** A shell script of random file operations, the same for everybody with the same seed. */
export const fileOperations = fc.array(operation, { minLength: 1, maxLength: 25 }).map(scriptOf);

/** The same of what a person does. */
export const personOperations = fc.array(personOperation, { minLength: 1, maxLength: 12 }).map(scriptOf);
