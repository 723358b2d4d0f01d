import * as vscode from 'vscode';
import type { LanguageServerEntry } from '../../languageServers/catalogue.ts';
import { withoutLinks } from '../inertText.ts';

const memoryKey = 'cordon.languageServers.besideExtensions';
type Choice = 'both' | 'here';

/** Asks once for each folder what is to be done where an extension on this side does what a server in a container does. */
export class OtherExtensions {
  private readonly memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.memory = memory;
  }

  /** False where the person wants only the extension on this side. */
  isWanted({ name }: LanguageServerEntry): boolean {
    return this.choices()[name] !== 'here';
  }

  /** The entries that the person left to an extension on this side. */
  declined(): readonly string[] {
    return Object.entries(this.choices()).flatMap(([name, choice]) => (choice === 'here' ? [name] : []));
  }

  /** The person wants a server in the container again. */
  async takeBack(name: string): Promise<void> {
    await this.keep(name, 'both');
  }

  /** Says it where it was not said yet; false once the person does not want the server. */
  async tell(entry: LanguageServerEntry, workspaceName: string): Promise<boolean> {
    const other = entry.extensions
      .map((id) => vscode.extensions.getExtension(id))
      .find((extension) => extension?.isActive);
    if (!other || this.choices()[entry.name] !== undefined) return true;
    await this.keep(entry.name, 'both');
    const { displayName } = other.packageJSON as { displayName?: unknown };
    const both = vscode.l10n.t('Keep Both');
    const here = vscode.l10n.t('Only the Extension');
    const show = vscode.l10n.t('Show Extension');
    const answer = await vscode.window.showInformationMessage(
      withoutLinks(
        vscode.l10n.t(
          'The language server "{0}" runs in the workspace "{1}", and the extension "{2}" does the same outside of it, where it reads the folder unisolated. What both know is shown twice; disable the extension to have it isolated.',
          entry.name,
          workspaceName,
          typeof displayName === 'string' && !displayName.startsWith('%') ? displayName : other.id,
        ),
      ),
      both,
      here,
      show,
    );
    if (answer === show) await vscode.commands.executeCommand('extension.open', other.id);
    if (answer !== here) return true;
    await this.keep(entry.name, 'here');
    return false;
  }

  private choices(): Readonly<Record<string, Choice>> {
    return this.memory.get<Record<string, Choice>>(memoryKey, {});
  }

  private async keep(name: string, choice: Choice): Promise<void> {
    await this.memory.update(memoryKey, { ...this.choices(), [name]: choice });
  }
}
