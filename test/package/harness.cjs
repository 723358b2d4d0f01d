const assert = require('node:assert/strict');
const fs = require('node:fs');
const vscode = require('vscode');

/** What another extension does with the Cordon that is installed; runs in place of tests. */
exports.run = async () => {
  const extension = vscode.extensions.getExtension('cordon.cordon');
  const { workspaces } = await extension.activate();
  const folder = vscode.workspace.workspaceFolders[0].uri.toString();
  const workspace = await workspaces.create({ name: process.env.CORDON_PACKAGE_TEST_NAME, folder });
  try {
    const { stdout, exitCode } = await workspaces.exec(workspace.id, ['cat', 'hello.txt']);
    assert.deepEqual({ stdout, exitCode }, { stdout: 'hello\n', exitCode: 0 });
    const { grade } = await workspaces.isolationReport(workspace.id);
    const seen = { path: extension.extensionPath, container: workspace.container.kind, stdout, grade };
    fs.writeFileSync(process.env.CORDON_PACKAGE_TEST_OUT, JSON.stringify(seen));
  } finally {
    await workspaces.remove(workspace.id);
  }
  assert.deepEqual(workspaces.list(), []);
};
