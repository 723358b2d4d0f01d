// Answers what a test asks in a file: `diagnostics` of a document, or what a command of VS Code gives back. Arguments
// that are `{ uri }` or `{ line, character }` become what VS Code has for them.
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

exports.activate = (context) => {
  const home = path.join(path.dirname(context.globalStorageUri.fsPath), 'cordon-asker');
  fs.mkdirSync(home, { recursive: true });
  const timer = setInterval(() => void answerAll(home), 100);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
};

async function answerAll(home) {
  for (const name of fs.readdirSync(home).filter((each) => each.endsWith('.ask'))) {
    const file = path.join(home, name);
    const question = JSON.parse(fs.readFileSync(file, 'utf8'));
    fs.rmSync(file);
    let answer;
    try {
      answer = { value: await ask(question) };
    } catch (error) {
      answer = { error: String(error) };
    }
    fs.writeFileSync(`${file}.new`, JSON.stringify(answer) ?? '{}');
    fs.renameSync(`${file}.new`, file.replace(/\.ask$/, '.answer'));
  }
}

async function ask({ command, args }) {
  const values = args.map((each) => {
    if (each?.uri) return vscode.Uri.parse(each.uri);
    return each && 'line' in Object(each) ? new vscode.Position(each.line, each.character) : each;
  });
  if (command === 'open') {
    const document = await vscode.workspace.openTextDocument(values[0]);
    await vscode.window.showTextDocument(document, { preview: false });
    return { text: document.getText(), language: document.languageId };
  }
  if (command === 'text') return (await vscode.workspace.openTextDocument(values[0])).getText();
  if (command === 'insert') {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(values[0], values[1], values[2]);
    return await vscode.workspace.applyEdit(edit);
  }
  if (command === 'apply') return await vscode.workspace.applyEdit(await renameEdit(values));
  if (command === 'diagnostics')
    return vscode.languages
      .getDiagnostics(values[0])
      .map(({ message, source, severity }) => ({ message, source, severity }));
  if (command === 'rename') {
    const edit = await renameEdit(values);
    return edit.entries().map(([uri, edits]) => ({ uri: uri.toString(), edits: edits.length }));
  }
  const given = await vscode.commands.executeCommand(command, ...values);
  return plain(given);
}

async function renameEdit(values) {
  return await vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', ...values);
}

/** What JSON can carry of it, with addresses as text. */
function plain(value) {
  if (value instanceof vscode.Uri) return value.toString();
  if (value instanceof vscode.MarkdownString) {
    const { value: text, isTrusted, supportHtml, supportThemeIcons } = value;
    return { text, isTrusted, supportHtml, supportThemeIcons };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
