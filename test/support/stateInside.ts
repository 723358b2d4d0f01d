import type { State } from './bothSides.ts';

/** Tells all that is in a folder, whose files hold text without slashes. What a folder only seems to have is left out. */
const look = `find . -mindepth 1 -exec sh -c 'for path; do
  if [ -L "$path" ]; then echo "$path|link $(readlink "$path")"
  elif [ -d "$path" ]; then echo "$path|folder $(stat -c %a "$path")"
  elif [ -f "$path" ]; then echo "$path|file $(stat -c %a "$path") $(tr "\\n" / < "$path")"; fi
done' sh {} + 2>/dev/null || true`;

/** What a workspace sees in its folder, as `folderState` tells it of one on this machine. */
export async function stateInside(sh: (line: string) => Promise<string>): Promise<State> {
  const lines = (await sh(look)).split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map(entryOf));
}

function entryOf(line: string): readonly [path: string, state: string] {
  const [path = '', state = ''] = line.split('|');
  return [path.slice('./'.length), state.startsWith('file ') ? state.replaceAll('/', '\n') : state];
}
