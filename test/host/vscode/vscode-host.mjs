import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HOSTNAME, openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

export { answerInput, pick, runCommand } from './pageActions.mjs';

/** What makes a window quiet enough for a test to read; written where only the machine's settings are. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * Starts a real VS Code (server build, extension host, and its workbench in a headless browser) and opens a window.
 * `page` is Playwright's; `exited` is settled when extension tests end or something breaks; `close()` ends it all.
 */
export async function startVSCode(options = {}) {
  const startedMs = Date.now();
  const temporary = options.userDataDir
    ? undefined
    : fs.mkdtempSync(path.join(os.tmpdir(), 'cordon-vscode-'));
  const userDataDir = path.resolve(options.userDataDir ?? temporary);
  const extensionsDir = path.resolve(options.extensionsDir ?? path.join(userDataDir, 'extensions'));
  const say = options.verbose ? (text) => process.stderr.write(text) : () => {};
  writeSettings(userDataDir, options.settings ?? {});
  const [underDevelopment, ...further] = [options.extensionDevelopmentPath ?? []].flat();
  for (const extension of [...further, ...(options.installedExtensions ?? [])])
    installFolder(extension, extensionsDir);

  let server;
  let browser;
  let closing;
  let exit;
  const exited = new Promise((resolve) => (exit = resolve));

  const closeAll = async () => {
    // closing a page ends its extension host in good order: deactivate() runs, coverage is written
    await Promise.all((browser?.pages() ?? []).map((page) => page.close().catch(() => {})));
    for (let i = 0; i < 100 && server?.extensionHosts() > 0; i++) await pause(50);
    await Promise.race([browser?.close().catch(() => {}), pause(5_000)]);
    await server?.close();
    await removeSockets(startedMs);
    if (temporary) fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  };
  const close = () => (closing ??= closeAll());
  const lost = ({ code, signal }) => {
    // tests that end well are heard of first
    const end = () =>
      exit({ code: Number(code) || 70, why: `an extension host ended (code ${code}, signal ${signal})` });
    if (!closing) setTimeout(end, 1_500).unref();
  };

  try {
    server = await startServer({
      userDataDir,
      extensionsDir,
      env: options.env,
      args: options.serverArgs,
      trust: options.workspaceTrust ?? false,
      onOutput: say,
      onExtensionHostLost: lost,
    });
    server.ended.then((why) => exit({ code: 71, why: `the VS Code server: ${why}` }));
    browser = await openBrowser({
      folder: path.join(userDataDir, 'chromium'),
      port: server.port,
      viewport: options.viewport,
    });
    browser.on('close', () => closing ?? exit({ code: 73, why: 'the browser ended' }));
    const first = { ...options, extensionDevelopmentPath: underDevelopment };
    const openWindow = async (window = {}) => {
      const page = await browser.newPage();
      page.on('crash', () => exit({ code: 72, why: 'the page crashed' }));
      page.on('console', (message) => {
        say(`[page] ${message.text()}\n`);
        options.onConsole?.(message);
      });
      await page.exposeFunction('codeAutomationLog', (type, args) => options.onLog?.(type, args));
      await page.exposeFunction('codeAutomationExit', (code) => exit({ code, why: 'tests ended' }));
      if (window.language) await page.addInitScript(speakLanguage, window.language);
      await page.goto(windowUrl(`http://${HOSTNAME}`, server.token, { ...first, ...window }));
      await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
      return page;
    };
    const blank = browser.pages();
    const page = await openWindow();
    for (const other of blank) await other.close();
    const address = windowUrl(`http://127.0.0.1:${server.port}`, server.token, first);
    const { port, log: serverLog, pid: serverPid } = server;
    return {
      page,
      context: browser,
      openWindow,
      exited,
      close,
      address,
      port,
      serverLog,
      serverPid,
      userDataDir,
      extensionsDir,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a language pack does for extensions in the page; VS Code's own texts stay English. */
function speakLanguage(language) {
  globalThis._VSCODE_NLS_LANGUAGE = language;
}

/** The address of a window on a folder (or a .code-workspace file) with extensions under development. */
function windowUrl(
  origin,
  token,
  { folder, extensionDevelopmentPath, extensionTestsPath, logLevel, payload },
) {
  // the literal word `remote`: the page puts its own authority there
  const remote = (file) => `vscode-remote://remote${path.resolve(file)}`;
  const all = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...(logLevel ? [['logLevel', logLevel]] : []),
    ...(extensionDevelopmentPath ? [['extensionDevelopmentPath', remote(extensionDevelopmentPath)]] : []),
    ...(extensionTestsPath ? [['extensionTestsPath', remote(extensionTestsPath)]] : []),
    ...(payload ?? []),
  ];
  const query = new URLSearchParams({ tkn: token });
  if (folder) query.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(folder));
  else query.set('ew', 'true');
  query.set('payload', JSON.stringify(all));
  return `${origin}/?${query}`;
}

/** The page takes one extension under development; others are put where installed ones are. */
function installFolder(extension, extensionsDir) {
  const { publisher, name, version } = JSON.parse(
    fs.readFileSync(path.join(extension, 'package.json'), 'utf8'),
  );
  fs.mkdirSync(extensionsDir, { recursive: true });
  fs.symlinkSync(path.resolve(extension), path.join(extensionsDir, `${publisher}.${name}-${version}`), 'dir');
}

function writeSettings(userDataDir, settings) {
  const fileOf = (name) => path.join(userDataDir, name, 'settings.json');
  const kept = fs.existsSync(fileOf('User')) ? JSON.parse(fs.readFileSync(fileOf('User'), 'utf8')) : {};
  const write = (name, value) => {
    fs.mkdirSync(path.dirname(fileOf(name)), { recursive: true });
    fs.writeFileSync(fileOf(name), JSON.stringify(value, null, 2));
  };
  // a setting of machine scope is read from the one, of application scope from the other
  write('Machine', { ...QUIET, ...kept, ...settings });
  write('User', { ...kept, ...settings });
}

/** VS Code leaves its sockets behind: those made since then that nobody listens on go. */
async function removeSockets(sinceMs) {
  if (!fs.existsSync('/proc/net/unix')) return;
  // the last process of VS Code may take a moment to be gone
  for (let attempt = 0; attempt < 5; attempt++) {
    const inUse = fs.readFileSync('/proc/net/unix', 'utf8');
    const sockets = fs
      .readdirSync(os.tmpdir())
      .filter((name) => /^vscode-(ipc|git)-[\w-]+\.sock$/.test(name))
      .map((name) => path.join(os.tmpdir(), name))
      .filter((file) => (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= sinceMs);
    const [free, busy] = [
      sockets.filter((f) => !inUse.includes(f)),
      sockets.filter((f) => inUse.includes(f)),
    ];
    for (const file of free) fs.rmSync(file, { force: true });
    if (busy.length === 0) return;
    await pause(100);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
