import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from './paths.mjs';
import { desktopCode } from './vscode/desktopCode.mjs';

const extensions = [projectRoot, path.join(import.meta.dirname, 'demo')];

/**
 * Opens VS Code on a folder with Cordon and the demo extension: the one that is installed on this desktop, or a
 * server build whose window a browser shows. Returns `{ what, address?, ended, close }`.
 */
export async function openVSCode({ folder, userDataDir, settings, env }) {
  const code = desktopCode();
  if (code) return openDesktop(code, { folder, userDataDir, settings, env });

  const { installVSCodeServer } = await import('./vscode/install-vscode.mjs');
  const { ensureChromium } = await import('./vscode/chromium.mjs');
  await installVSCodeServer();
  await ensureChromium();
  const { startVSCode } = await import('./vscode/vscode-host.mjs');
  const host = await startVSCode({
    folder,
    userDataDir,
    settings,
    env: { ...process.env, ...env },
    extensionDevelopmentPath: extensions,
  });
  return {
    what: 'VS Code server with a headless browser',
    address: host.address,
    ended: host.exited.then(({ why }) => why),
    close: host.close,
  };
}

function openDesktop(code, { folder, userDataDir, settings, env }) {
  fs.mkdirSync(path.join(userDataDir, 'User'), { recursive: true });
  fs.writeFileSync(path.join(userDataDir, 'User/settings.json'), JSON.stringify(settings, null, 2));
  const args = [
    ...['--new-window', '--wait', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
    ...['--user-data-dir', userDataDir, '--extensions-dir', path.join(userDataDir, 'extensions')],
    ...extensions.map((extension) => `--extensionDevelopmentPath=${extension}`),
    folder,
  ];
  // it quits by itself when the demo extension is asked to stop
  const child = spawn(code, args, {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, ...env, CORDON_DEMO_QUIT: '1' },
    shell: process.platform === 'win32',
  });
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', () => resolve('the window was closed'));
  });
  return {
    what: `the VS Code on this desktop (${code})`,
    ended,
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, 15_000).unref());
      await Promise.race([ended, late]);
      child.kill();
    },
  };
}
