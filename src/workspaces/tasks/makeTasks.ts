import { groupOf, isPlainName, type ProjectFolder, type ProjectTask } from './projectTask.ts';

/** In the order in which make looks for them. */
const makefiles = ['GNUmakefile', 'makefile', 'Makefile'];
const mostTargets = 100;
const longestLine = 2000;

/** The targets of a Makefile that are named outright; those that are files to be made are left out. */
export async function makeTasks(folder: ProjectFolder): Promise<ProjectTask[]> {
  const name = makefiles.find((file) => folder.files.has(file));
  const text = name === undefined ? undefined : await folder.read(name);
  if (text === undefined) return [];
  return targetsOf(text).map((target) => {
    const group = groupOf(target);
    return {
      name: `make ${target}`,
      command: 'make',
      args: [target],
      folder: folder.path,
      ...(group && { group }),
      matchers: ['$cordon-gcc'],
    };
  });
}

function targetsOf(text: string): string[] {
  const targets = new Set<string>();
  const phony = new Set<string>();
  for (const line of text.split('\n')) {
    // a recipe, a comment, or nothing
    if (/^[\s#]/.test(line) || line.length > longestLine) continue;
    const at = line.indexOf(':');
    // `name := value` sets a variable
    if (at <= 0 || line[at + 1] === '=' || line.startsWith('::=', at)) continue;
    const left = line.slice(0, at).split(/\s+/).filter(Boolean);
    if (left[0] === '.PHONY')
      for (const word of line.slice(at + 1).split(/\s+/)) {
        if (isTarget(word)) phony.add(word);
      }
    else if (!left.includes('=') && !left.includes('export'))
      for (const word of left) if (isTarget(word)) targets.add(word);
  }
  return [...targets].filter((target) => phony.has(target) || !/[./]/.test(target)).slice(0, mostTargets);
}

function isTarget(word: string): boolean {
  return isPlainName(word) && /^[\w][\w./+@-]*$/.test(word);
}
