import { secretsFolder } from '../../isolation/secretsPlace.ts';

/** How the script that writes ended, by its exit code. */
export const writeEnds = {
  done: 0,
  noPlace: 10,
  notCleared: 11,
  notWritten: 12,
  cutOff: 13,
  /** `printf` is a program of its own, which would show a value in its command line. */
  noPrintf: 14,
} as const;

/**
 * Writes files of secrets, whose names and values come over its standard input, and prints nothing. POSIX shell with
 * built-ins, and `rm` and `mv`. A file is made under a name that nobody knows, without following a link, and takes its
 * place when it is whole. `all` removes whatever else is there, but for what a command that is just starting reads;
 * `one` leaves it.
 */
const writeScript = `
exec 2>/dev/null
LC_ALL=C; export LC_ALL
umask 0377
set -C
case $(command -v printf) in */*) exit ${writeEnds.noPrintf} ;; esac
cd -P ${secretsFolder} && [ "$(pwd -P)" = ${secretsFolder} ] || exit ${writeEnds.noPlace}
memory=
while read -r a b c d point e rest; do
  [ "$point" = ${secretsFolder} ] && memory=$rest
done </proc/self/mountinfo
case $memory in *'- tmpfs '*) ;; *) exit ${writeEnds.noPlace} ;; esac
new=.new-$1
IFS= read -r names || exit ${writeEnds.cutOff}
if [ "$2" = all ]; then
  for path in * .[!.]* ..?*; do
    [ -e "$path" ] || [ -h "$path" ] || continue
    case "/$names/.for-/" in *"/$path/"* | *"/\${path%%-*}-/"*) [ -f "$path" ] && [ ! -h "$path" ] && continue ;; esac
    rm -rf -- "./$path" || exit ${writeEnds.notCleared}
  done
fi
set -f
IFS=/
for name in $names; do
  IFS= read -r value || exit ${writeEnds.cutOff}
  printf %b "$value" >"$new" && mv -f -- "$new" "$name" || { rm -f -- "$new"; exit ${writeEnds.notWritten}; }
done
IFS= read -r end && [ "$end" = end ] || exit ${writeEnds.cutOff}
`;

/** The command that writes; `id` names its unfinished file. */
export function writeCommand(id: string, extent: 'all' | 'one'): readonly string[] {
  return ['/bin/sh', '-c', writeScript, 'cordon-secrets', id, extent];
}

/** What is written to its standard input: every value in one line, so that the shell's own `read` takes it. */
export function writeInput(files: readonly { readonly name: string; readonly value: string }[]): string {
  return [
    files.map(({ name }) => name).join('/'),
    ...files.map(({ value }) => inOneLine(value)),
    'end',
    '',
  ].join('\n');
}

/**
 * Takes variables from a file, removes it, and becomes the command. Its own variables begin as no secret's name can.
 * What is removed first is open already; where the file is gone, nothing runs.
 */
const becomeScript = `
CORDON_file=$1; shift
exec 9<"$CORDON_file" || exit 126
rm -f -- "$CORDON_file"
while IFS= read -r CORDON_name <&9 && IFS= read -r CORDON_value <&9; do
  CORDON_value=$(printf '%b.' "$CORDON_value")
  export "$CORDON_name=\${CORDON_value%.}"
done
exec 9<&-
exec "$@"
`;

/** A command with the variables of that file in its environment. */
export function commandWith(file: string, command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', becomeScript, 'cordon-secrets', `${secretsFolder}/${file}`, ...command];
}

/** What that file holds. */
export function variablesText(
  variables: readonly { readonly name: string; readonly value: string }[],
): string {
  return variables.map(({ name, value }) => `${name}\n${inOneLine(value)}\n`).join('');
}

/** As `printf %b` takes it: what is no letter or digit by the numbers of its bytes. */
function inOneLine(value: string): string {
  return value.replace(/[^\w./:=@+-]+/gu, (text) =>
    [...Buffer.from(text)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}
