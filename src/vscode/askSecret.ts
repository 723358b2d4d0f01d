import * as vscode from 'vscode';
import { CordonError } from '../shared/errors.ts';
import { secretsFolder } from '../isolation/secretsPlace.ts';
import {
  canBeVariable,
  mostSecretBytes,
  requireSecretName,
  requireSecretValue,
  type Secret,
  type SecretInfo,
} from '../workspaces/secrets/secret.ts';
import { errorSentence } from './errorSentence.ts';
import { ask, askInSteps, askText, back, choose, type Answer, type Place, type Step } from './quickInput.ts';

/** The answer of a person who wants the value to be read from a file. */
const fromFile = Symbol('from a file');

/** Asks for a secret step by step; `known` is one that gets a new value. `undefined` when the person gave up. */
export async function askSecret(title: string, known?: SecretInfo): Promise<Secret | undefined> {
  const start: Secret = { name: known?.name ?? '', use: known?.use ?? 'file', value: '' };
  return await askInSteps(title, start, known ? [value, use] : [name, value, use]);
}

const name: Step<Secret> = async (known, place) => {
  const answer = await askText(place, {
    prompt: vscode.l10n.t('Name of the secret: that of its file and of its environment variable'),
    placeholder: 'NPM_TOKEN',
    value: known.name,
    problemOf: problemOf(requireSecretName),
  });
  return answer === undefined || answer === back ? answer : { ...known, name: answer };
};

const value: Step<Secret> = async (known, place) => {
  const answer = await askValue(place, known.name);
  if (answer === undefined || answer === back) return answer;
  if (answer !== fromFile) return { ...known, value: answer };
  const text = await readChosenFile();
  return text === undefined ? undefined : { ...known, value: text };
};

const use: Step<Secret> = async (known, place) => {
  if (!canBeVariable(known.name)) return { ...known, use: 'file' };
  const answer = await choose<Secret['use']>(place, {
    placeholder: vscode.l10n.t('Who in the workspace gets it?'),
    current: known.use,
    choices: [
      {
        label: vscode.l10n.t('Everything that runs in it'),
        detail: vscode.l10n.t('As the file {0} in memory', `${secretsFolder}/${known.name}`),
        value: 'file',
      },
      {
        label: vscode.l10n.t('Only commands that I choose it for'),
        detail: vscode.l10n.t('As their environment variable {0}, while they run', known.name),
        value: 'command',
      },
    ],
  });
  return answer === undefined || answer === back ? answer : { ...known, use: answer };
};

/** A line that is not shown. What has several lines would lose them here. */
async function askValue(place: Place, secret: string): Promise<Answer<string | typeof fromFile>> {
  const input = vscode.window.createInputBox();
  input.password = true;
  input.prompt = vscode.l10n.t(
    'Value of {0}, in one line. For text of several lines, choose a file.',
    secret,
  );
  const file: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('folder-opened'),
    tooltip: vscode.l10n.t('Read the Value from a File…'),
  };
  input.buttons = [file];
  return await ask<string | typeof fromFile>(input, place, (answer, store) => {
    const check = () => {
      input.validationMessage = problemOf(requireSecretValue)(input.value);
      return input.validationMessage === undefined;
    };
    store.add(input.onDidChangeValue(check));
    store.add(
      input.onDidAccept(() => {
        if (check()) answer(input.value);
      }),
    );
    store.add(
      input.onDidTriggerButton((button) => {
        if (button === file) answer(fromFile);
      }),
    );
  });
}

/** The text of a file that the person chooses, as it is. */
async function readChosenFile(): Promise<string | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Value of the Secret') })) ?? [];
  if (!uri) return undefined;
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > mostSecretBytes.one) throw new RangeError(`${size} bytes`);
    const bytes = await vscode.workspace.fs.readFile(uri);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    requireSecretValue(text);
    return text;
  } catch (error) {
    throw new CordonError(
      'invalidRequest',
      vscode.l10n.t(
        'The file could not be read, or holds no text of 1 to {0} bytes: {1}',
        mostSecretBytes.one,
        uri.fsPath,
      ),
      error,
    );
  }
}

function problemOf(require: (text: string) => void): (text: string) => string | undefined {
  return (text) => {
    try {
      require(text);
      return undefined;
    } catch (error) {
      return errorSentence(error);
    }
  };
}
