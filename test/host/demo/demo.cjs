// What another extension would do with Cordon: make a workspace for the open folder, run a command in it, look at what
// isolates it, and remove it. It tells `npm start` of each step in the file that CORDON_DEMO_OUT names.
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const out = process.env.CORDON_DEMO_OUT;
const stopFile = `${out}.stop`;

exports.activate = () => {
  if (!out || !isFirstWindow()) return;
  const stop = new AbortController();
  const watcher = fs.watch(path.dirname(out), () => {
    if (fs.existsSync(stopFile)) stop.abort();
  });
  if (fs.existsSync(stopFile)) stop.abort();
  runDemo(stop.signal).finally(() => watcher.close());
};

/** A person may open the same address in a browser of theirs: the demo runs once. */
function isFirstWindow() {
  try {
    fs.closeSync(fs.openSync(`${out}.lock`, 'wx'));
    return true;
  } catch {
    return false;
  }
}

function tell(step, details) {
  fs.appendFileSync(out, `${JSON.stringify({ step, atMs: Date.now(), ...details })}\n`);
}

async function runDemo(stop) {
  const stopped = new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  let workspaces;
  let id;
  try {
    workspaces = (await vscode.extensions.getExtension('cordon.cordon').activate()).workspaces;
    tell('activated');
    const workspace = await open(workspaces, stop);
    id = workspace.id;
    tell('running', { workspace });
    tell('isolation', { report: await workspaces.isolationReport(id, { signal: stop }) });
    const command = ['sh', '-c', process.env.CORDON_DEMO_COMMAND];
    tell('ran', { result: await workspaces.exec(id, command, { signal: stop }) });
    await vscode.commands.executeCommand('workbench.view.extension.cordon');
  } catch (error) {
    if (!stop.aborted) tell('failed', { code: error.code, message: error.message });
  }
  if (!stop.aborted) await stopped;
  await close(workspaces, id);
  if (process.env.CORDON_DEMO_QUIT) await vscode.commands.executeCommand('workbench.action.quit');
}

async function open(workspaces, signal) {
  const folder = vscode.workspace.workspaceFolders[0].uri;
  const name = path.basename(folder.fsPath) || 'workspace';
  const onProgress = (message) => tell('progress', { message });
  try {
    return await workspaces.create({ name, folder: folder.toString() }, { signal, onProgress });
  } catch (error) {
    if (error.code !== 'workspaceExists') throw error;
    // left by a run that was killed, and taken in again by Cordon
    const existing = workspaces.list().find((one) => one.name === name && one.folder === folder.toString());
    if (!existing) throw error;
    return await workspaces.start(existing.id, { signal, onProgress });
  }
}

async function close(workspaces, id) {
  try {
    if (id) await workspaces.remove(id);
    tell('removed');
  } catch (error) {
    tell('notRemoved', { code: error.code, message: error.message });
  }
}
