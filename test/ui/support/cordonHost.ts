import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { managedResources, removeManaged } from '../../host/leftovers.mjs';
import { startVSCode, type VSCode } from '../../host/vscode/vscode-host.mjs';
import { testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import { CordonWindow } from './cordonWindow.ts';
import { eventually } from './eventually.ts';

const project = path.join(import.meta.dirname, '../../..');

export interface CordonHostOptions {
  /** Name of the folder that is opened; something random follows it, so that it belongs to this run alone. */
  readonly folderName?: string;
  /** Text of further files in the folder, by their paths in it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Where an engine of the test's own listens. */
  readonly socketPath?: string;
  /** Whether Cordon is there as installed, not as under development. */
  readonly isInstalled?: boolean;
  /** Folders of other extensions. */
  readonly otherExtensions?: readonly string[];
  /** Whether nobody trusts the folder, which VS Code then opens in Restricted Mode. */
  readonly isRestricted?: boolean;
}

/** VS Code with Cordon from this project, on a folder of its own and on a real engine. */
export interface CordonHost {
  readonly code: VSCode;
  readonly window: CordonWindow;
  readonly engine: TestEngine;
  readonly folder: string;
  /** What a workspace of the folder is called by default. */
  readonly name: string;
  /** What the engine holds of workspaces that were made with this name. */
  left(
    name?: string,
  ): Promise<readonly { readonly kind: string; readonly id: string; readonly name: string }[]>;
  /** The id of the container that was made for a workspace of this name. */
  containerId(name?: string): Promise<string | undefined>;
  /** What Cordon has written into its log, this window's and those before. */
  readLog(): Promise<string>;
  /** Kills the extension host, as the system does when memory is short; VS Code starts another where Cordon is installed. */
  killExtensionHost(): Promise<void>;
  /** Ends VS Code, and removes what workspaces with these names left, the default one included. */
  close(...names: readonly string[]): Promise<void>;
}

/** Keeps what every window looked like when a test failed, also one that is tried again. */
afterEach(async function () {
  if (!this.currentTest || this.currentTest.state === 'passed') return;
  const name = this.currentTest.fullTitle().replaceAll(/\W+/g, '-').slice(0, 80);
  for (const window of open) await window.shot(`failed-${name}`).catch(() => undefined);
});
const open = new Set<CordonWindow>();

/** Opens a window. What it makes in the engine can be told by the name of the workspace. */
export async function startCordon(options: CordonHostOptions = {}): Promise<CordonHost> {
  const engine = await testEngine(options.socketPath);
  const { folder, parent, name } = await makeFolder(options);
  const left = (of = name) => managedResources(engine.socketPath, `cordon.workspace.name=${of}`);
  let code: VSCode | undefined;
  const close = async (...names: readonly string[]) => {
    open.clear();
    await code?.close();
    for (const each of [name, ...names])
      await removeManaged(engine.socketPath, `cordon.workspace.name=${each}`);
    await engine.dispose();
    await rm(parent, { recursive: true, force: true });
  };
  try {
    const started = (code = await startVSCode({
      folder,
      ...(options.isInstalled ? {} : { extensionDevelopmentPath: project }),
      installedExtensions: [...(options.isInstalled ? [project] : []), ...(options.otherExtensions ?? [])],
      workspaceTrust: options.isRestricted,
      settings: {
        'cordon.engine.host': `unix://${engine.socketPath}`,
        'cordon.image': tinyImage,
        // The usual one needs a proxy, whose image is nowhere.
        'cordon.network': 'isolated',
        ...(options.isRestricted && { 'security.workspace.trust.startupPrompt': 'never' }),
        ...options.settings,
      },
    }));
    const window = new CordonWindow(started.page);
    open.add(window);
    await window.ready();
    return {
      code: started,
      window,
      engine,
      folder,
      name,
      left,
      readLog: () => readLog(started),
      killExtensionHost: () => killExtensionHost(started, window),
      containerId: async (of = name) => (await left(of)).find(({ kind }) => kind === 'container')?.id,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readLog({ userDataDir }: VSCode): Promise<string> {
  const files = await readdir(userDataDir, { recursive: true });
  const logs = files.filter((file) => path.basename(file) === 'Cordon.log').sort();
  return (await Promise.all(logs.map((file) => readFile(path.join(userDataDir, file), 'utf8')))).join('');
}

async function killExtensionHost({ serverLog }: VSCode, { page, statusBar }: CordonWindow): Promise<void> {
  const launched = () => [...serverLog.join('').matchAll(/<(\d+)> Launched Extension Host Process/g)];
  const before = launched();
  process.kill(Number(before.at(-1)?.[1]), 'SIGKILL');
  await statusBar.waitFor({ state: 'detached' });
  const restart = page.locator('.notification-list-item .monaco-button', {
    hasText: 'Restart Remote Extension Host',
  });
  await eventually('another extension host', async () => {
    if (launched().length > before.length) return true;
    // from the third time on VS Code asks
    if ((await restart.count()) > 0)
      await restart
        .first()
        .click({ timeout: 1000 })
        .catch(() => undefined);
    return undefined;
  });
}

async function makeFolder({
  folderName = 'words',
  files = {},
}: CordonHostOptions): Promise<{ folder: string; parent: string; name: string }> {
  const parent = await mkdtemp(path.join(tmpdir(), 'cordon-ui-'));
  const name = `${folderName}-${randomBytes(2).toString('hex')}`;
  const folder = path.join(parent, name);
  const made = [parent, folder];
  for (const [file, text] of Object.entries({ 'hello.txt': 'hello\n', ...files })) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    made.push(path.dirname(target), target);
  }
  if (process.getuid?.() === 0) for (const each of made) await chown(each, 1000, 1000);
  return { folder, parent, name };
}
