const below = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: to } });

/** The layers of the design, as the build checks them: shared <- isolation <- workspaces <- review <- docker, vscode <- extension.ts. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    below('shared-stands-alone', '^src/shared/', '^src/(?!shared/)'),
    below('isolation-on-shared', '^src/isolation/', '^src/(?!shared/|isolation/)'),
    below('language-servers-on-shared', '^src/languageServers/', '^src/(?!shared/|languageServers/)'),
    below('workspaces-on-isolation', '^src/workspaces/', '^src/(?!shared/|isolation/|workspaces/)'),
    below('review-on-workspaces', '^src/review/', '^src/(?!shared/|isolation/|workspaces/|review/)'),
    below('docker-never-vscode', '^src/docker/', '^(src/(vscode/|extension)|vscode$)'),
    below('vscode-never-docker', '^src/vscode/', '^(src/(docker/|extension)|node_modules/dockerode)'),
    below(
      'page-stands-alone',
      '^src/vscode/details/page/',
      '^(src/(?!vscode/details/(page/|detailsMessages)|vscode/format|workspaces/resources/resourceSample)|vscode$)',
    ),
    below(
      'core-knows-no-vscode',
      '^src/(shared|isolation|languageServers|workspaces|review|docker)/',
      '^vscode$',
    ),
    {
      name: 'only-docker-knows-dockerode',
      severity: 'error',
      from: { path: '^src/(?!docker/)' },
      to: { path: 'node_modules/dockerode' },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
