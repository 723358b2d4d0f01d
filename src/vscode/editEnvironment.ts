import * as vscode from 'vscode';
import { workspaceFields } from '../workspaces/workspaceFields.ts';
import { askText, back, choose, type Answer, type Place } from './quickInput.ts';

type Environment = Readonly<Record<string, string>>;

/** Lets a person add, change and remove environment variables, until they are done. */
export async function editEnvironment(place: Place, current: Environment): Promise<Answer<Environment>> {
  let env = current;
  for (;;) {
    const wish = await choose<string>(place, {
      placeholder: vscode.l10n.t(
        'Environment of the workspace. Not for secrets: it can be read in the engine.',
      ),
      choices: [
        ...(env === current
          ? []
          : [{ label: `$(check) ${vscode.l10n.t('Apply these changes')}`, value: 'apply' }]),
        { label: `$(add) ${vscode.l10n.t('Add a variable…')}`, value: 'add' },
        ...Object.entries(env).map(([name, value]) => ({
          label: name,
          description: value,
          value: `=${name}`,
        })),
      ],
    });
    if (wish === undefined || wish === back) return wish;
    if (wish === 'apply') return env;
    const next = await askVariable(place, env, wish === 'add' ? undefined : wish.slice(1));
    if (next === undefined) return undefined;
    if (next !== back) env = next;
  }
}

async function askVariable(
  place: Place,
  env: Environment,
  name: string | undefined,
): Promise<Answer<Environment>> {
  const line = await askText(
    { ...place, canGoBack: true },
    {
      prompt:
        name === undefined
          ? vscode.l10n.t('NAME=value')
          : vscode.l10n.t('NAME=value; nothing at all removes the variable'),
      value: name === undefined ? '' : `${name}=${env[name] ?? ''}`,
      problemOf: (text) =>
        (text === '' && name !== undefined) || isVariable(text)
          ? undefined
          : vscode.l10n.t('Write NAME=value. Names have letters, digits and _, and CORDON_ is taken.'),
    },
  );
  if (line === undefined || line === back) return line;
  const rest = Object.fromEntries(Object.entries(env).filter(([other]) => other !== name));
  const at = line.indexOf('=');
  return line === '' ? rest : { ...rest, [line.slice(0, at)]: line.slice(at + 1) };
}

function isVariable(text: string): boolean {
  const at = text.indexOf('=');
  return at > 0 && workspaceFields.env.safeParse({ [text.slice(0, at)]: text.slice(at + 1) }).success;
}
