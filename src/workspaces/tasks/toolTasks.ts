import type { ProjectFolder, ProjectTask } from './projectTask.ts';

type Offer = readonly [args: readonly string[], group?: 'build' | 'test' | 'clean'];

/** What cargo, go and pytest are usually asked for, where their files are there. */
export async function toolTasks(folder: ProjectFolder): Promise<ProjectTask[]> {
  return [
    ...(folder.files.has('Cargo.toml')
      ? tasksOf(folder, 'cargo', '$cordon-rustc', [
          [['build'], 'build'],
          [['test'], 'test'],
          [['check'], 'build'],
          [['run']],
          [['clean'], 'clean'],
        ])
      : []),
    ...(folder.files.has('go.mod')
      ? tasksOf(folder, 'go', '$go', [
          [['build', './...'], 'build'],
          [['test', './...'], 'test'],
          [['vet', './...'], 'test'],
        ])
      : []),
    ...((await usesPytest(folder)) ? tasksOf(folder, 'pytest', '$cordon-pytest', [[[], 'test']]) : []),
  ];
}

function tasksOf(
  { path }: ProjectFolder,
  command: string,
  matcher: string,
  offers: readonly Offer[],
): ProjectTask[] {
  return offers.map(([args, group]) => ({
    name: [command, ...args].join(' '),
    command,
    args,
    folder: path,
    ...(group && { group }),
    matchers: [matcher],
  }));
}

/** Where pytest keeps its configuration, and the section that it has in a file of others. */
const pytestFiles = [
  ['pytest.ini', ''],
  ['conftest.py', ''],
  ['pyproject.toml', '[tool.pytest'],
  ['setup.cfg', '[tool:pytest]'],
  ['tox.ini', '[pytest]'],
] as const;

async function usesPytest(folder: ProjectFolder): Promise<boolean> {
  for (const [file, section] of pytestFiles) {
    if (!folder.files.has(file)) continue;
    if (section === '' || (await folder.read(file))?.includes(section)) return true;
  }
  return false;
}
