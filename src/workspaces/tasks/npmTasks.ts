import * as z from 'zod/mini';
import { groupOf, isPlainName, type ProjectFolder, type ProjectTask } from './projectTask.ts';

const mostScripts = 100;
const manifest = z.object({
  scripts: z.record(z.string(), z.unknown()),
  packageManager: z.optional(z.unknown()),
});

const lockFiles = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
] as const;

/** The scripts of a package.json, run by the package manager whose lock file is there. */
export async function npmTasks(folder: ProjectFolder): Promise<ProjectTask[]> {
  if (!folder.files.has('package.json')) return [];
  const found = manifest.safeParse(parseJson(await folder.read('package.json')));
  if (!found.success) return [];
  const manager = managerOf(folder.files, found.data.packageManager);
  const scripts = Object.entries(found.data.scripts);
  const names = new Set(scripts.map(([name]) => name));
  return scripts
    .filter(([name]) => isPlainName(name) && !isHook(name, names))
    .slice(0, mostScripts)
    .map(([name, script]) => taskOf(manager, name, typeof script === 'string' ? script : '', folder.path));
}

function taskOf(manager: string, name: string, script: string, folder: string): ProjectTask {
  const group = groupOf(name);
  const isTscWatch = /\btsc\b.*\s(-w|--watch)\b/.test(script.slice(0, 1000));
  return {
    name: `${manager} run ${name}`,
    command: manager,
    args: ['run', name],
    folder,
    ...(group && { group }),
    matchers: [
      ...(/\btsc\b/.test(script) ? [isTscWatch ? '$tsc-watch' : '$tsc'] : []),
      ...(/\beslint\b/.test(script) ? ['$eslint-stylish'] : []),
    ],
    ...(isTscWatch && { isBackground: true }),
  };
}

/** Package managers run `prebuild` and `postbuild` with `build`. */
function isHook(name: string, names: ReadonlySet<string>): boolean {
  const [, hooked] = /^(?:pre|post)(.+)$/.exec(name) ?? [];
  return hooked !== undefined && names.has(hooked);
}

function managerOf(files: ReadonlySet<string>, wanted: unknown): string {
  const [, named] = typeof wanted === 'string' ? (/^(npm|pnpm|yarn|bun)@/.exec(wanted) ?? []) : [];
  return named ?? lockFiles.find(([file]) => files.has(file))?.[1] ?? 'npm';
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
