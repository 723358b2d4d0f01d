import { fileURLToPath } from 'node:url';

const CLI_WITH_VALUE = ['install-extension', 'uninstall-extension'];
const CLI_WITHOUT = ['list-extensions', 'show-versions', 'force', 'version', 'help'];

/** Reads the arguments that @vscode/test-electron and people give to VS Code; flags that mean nothing here are skipped. */
export function parseCodeArguments(argv) {
  const options = { extensionDevelopmentPath: [], cli: [], payload: [] };
  const rest = [...argv];
  while (rest.length > 0) {
    const argument = rest.shift();
    const [, name, , inline] = /^--([\w-]+)(=(.*))?$/s.exec(argument) ?? [];
    const value = () => inline ?? rest.shift();
    if (!name) options.folder ??= argument;
    else if (name === 'extensionDevelopmentPath') options.extensionDevelopmentPath.push(value());
    else if (name === 'extensionTestsPath') options.tests = value();
    else if (name === 'user-data-dir') options.userDataDir = value();
    else if (name === 'extensions-dir') options.extensionsDir = value();
    else if (name === 'folder-uri' || name === 'file-uri') options.folder = fileURLToPath(value());
    else if (CLI_WITH_VALUE.includes(name)) options.cli.push(`--${name}`, value());
    else if (CLI_WITHOUT.includes(name)) options.cli.push(`--${name}`);
    else if (name === 'disable-extensions') options.payload.push(['disableExtensions', 'true']);
    else if (name === 'enable-proposed-api') options.payload.push(['enableProposedApi', '']);
    else if (/^inspect(-brk)?-extensions$/.test(name)) options.payload.push([name, value()]);
    else if (name === 'verbose') options.verbose = true;
  }
  // `--force` alone does nothing
  if (options.cli.every((argument) => argument === '--force')) options.cli = [];
  return options;
}
