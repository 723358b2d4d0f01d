const { setTimeout: pause } = require('node:timers/promises');
const vscode = require('vscode');

/** Until the window, the browser and the server have come up, which would be measured too. */
const calmMs = 4_000;

exports.run = async () => {
  await pause(calmMs);
  const extension = vscode.extensions.getExtension('cordon.cordon');
  const api = await extension.activate();
  if (!Array.isArray(api.workspaces.list())) throw new Error('The extension is not active.');
  console.log(`activation: ${JSON.stringify(globalThis.cordonActivation)}`);
};
