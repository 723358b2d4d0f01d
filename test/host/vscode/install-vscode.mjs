import fs from 'node:fs';
import path from 'node:path';
import { run } from '../command.mjs';
import { npmTarball, unpack } from '../npmTarball.mjs';
import { cacheFolder } from '../paths.mjs';
import { versions } from '../versions.mjs';
import { putStandIns } from './standIns.mjs';

/** Where the VS Code server and its own Node are. */
export const serverFolder = path.join(cacheFolder, 'vscode-server');
const platform = `${process.platform}-${process.arch}`;
const RECIPE = `code-server@${versions.codeServer} node@${versions.node} ${platform} r2`;

// what the server, the extension host, the terminals, the file watcher and the page import; nothing else is fetched
const NEEDED = [
  ...['cookie', 'ws', 'yauzl', 'minimist', 'vscode-regexpp'],
  ...['@vscode/proxy-agent', 'http-proxy-agent', 'https-proxy-agent'],
  ...['node-pty', '@xterm/headless', '@xterm/addon-unicode11', '@xterm/addon-serialize'],
  ...['@parcel/watcher', '@vscode/ripgrep-universal', '@vscode/fs-copyfile'],
  ...['@xterm/xterm', '@xterm/addon-clipboard', 'vscode-oniguruma', 'vscode-textmate'],
  ...['@vscode/iconv-lite-umd', 'jschardet'],
];

// no test needs them, and some of them want the internet
const BUNDLED_EXTENSIONS_LEFT_OUT = [
  ...[
    'copilot',
    'github',
    'markdown-language-features',
    'mermaid-markdown-features',
    'microsoft-authentication',
  ],
  ...['ms-vscode.js-debug-companion', 'ms-vscode.vscode-js-profile-table', 'tunnel-forwarding'],
];

/** Installs a VS Code server build with its workbench, and the Node it runs on, unless they are there. */
export async function installVSCodeServer() {
  if (process.platform === 'win32') throw new Error('The headless VS Code runs on Linux and macOS.');
  const mark = path.join(serverFolder, 'ok');
  if (fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === RECIPE) return serverFolder;
  console.log('Installing a VS Code server for tests ...');
  const unfinished = `${serverFolder}.${process.pid}`;
  try {
    await build(unfinished);
    fs.writeFileSync(path.join(unfinished, 'ok'), RECIPE);
    fs.rmSync(serverFolder, { recursive: true, force: true });
    fs.renameSync(unfinished, serverFolder);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
  return serverFolder;
}

async function build(folder) {
  const code = path.join(folder, 'vscode');
  await unpack(await npmTarball(`code-server@${versions.codeServer}`), folder, {
    strip: 2,
    members: ['package/lib/vscode'],
  });
  await unpack(await npmTarball(`node-${platform}@${versions.node}`), folder, {
    strip: 2,
    members: ['package/bin/node'],
  });
  await installDependencies(code);
  leaveOut(code);
  putStandIns(path.join(code, 'node_modules'));
  showNotifications(path.join(code, 'out/vs/code/browser/workbench/workbench.js'));
}

async function installDependencies(code) {
  const manifest = path.join(code, 'package.json');
  const described = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  const kept = Object.entries(described.dependencies).filter(([name]) => NEEDED.includes(name));
  described.dependencies = Object.fromEntries(kept);
  // it lists packages that are left out, and npm complains about those
  delete described.allowScripts;
  fs.writeFileSync(manifest, JSON.stringify(described, null, 2));
  const quiet = ['--ignore-scripts', '--omit=dev', '--silent', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quiet], { cwd: code });
}

function leaveOut(code) {
  const remove = (...names) => fs.rmSync(path.join(code, ...names), { recursive: true, force: true });
  const keepOnly = (folder, kept) =>
    fs.readdirSync(path.join(code, folder)).forEach((name) => name === kept || remove(folder, name));
  keepOnly('node_modules/@vscode/ripgrep-universal/bin', platform);
  keepOnly('node_modules/node-pty/prebuilds', platform);
  for (const name of ['third_party', 'deps']) remove('node_modules/node-pty', name);
  for (const name of BUNDLED_EXTENSIONS_LEFT_OUT) remove('extensions', name);
  for (const name of fs.readdirSync(code, { recursive: true })) if (name.endsWith('.map')) remove(name);
}

/**
 * `--enable-smoke-test-driver`, without which a built workbench ignores extensions under development, also hides
 * notifications. Tests have to see them as a person does.
 */
function showNotifications(workbench) {
  const source = fs.readFileSync(workbench, 'utf8');
  const condition = /!this\.environmentService\.enableSmokeTestDriver&&(\w+\.priority!==2)/g;
  if (source.match(condition)?.length !== 1)
    throw new Error('workbench.js: the condition is not where it was');
  fs.writeFileSync(workbench, source.replace(condition, '$1'));
}
