import type { GateOptions } from './gateOptions.ts';
import { cleanObject } from './incomingText.ts';
import { isObject, type JsonObject } from './json.ts';
import { nowhere, type WalkRules } from './messageWalk.ts';
import { safeMarkdown } from './plainText.ts';
import type { ServerCommands } from './serverCommands.ts';
import { editTargets, isWorkspaceEdit } from './workspaceEdit.ts';

/** What is done with every object that a server sends, wherever it stands in a message. */
export class InwardRules implements WalkRules {
  private readonly options: GateOptions;
  private readonly commands: ServerCommands;

  constructor(options: GateOptions, commands: ServerCommands) {
    this.options = options;
    this.commands = commands;
  }

  uri(uri: string): string | undefined {
    return this.options.uris.toHost(uri);
  }

  argument(text: string): string {
    return this.options.uris.textToHost(text);
  }

  object(value: JsonObject): JsonObject | typeof nowhere {
    if (isWorkspaceEdit(value) && !this.mayApply(value)) return nowhere;
    if ('snippet' in value) return nowhere;
    if (typeof value['command'] === 'string') return this.commands.adopt(value);
    const cleaned = cleanObject(value, (text) => safeMarkdown(text, (uri) => this.uri(uri)));
    const withTarget = 'target' in cleaned ? this.withTarget(cleaned, cleaned['target']) : cleaned;
    if (withTarget === nowhere) return nowhere;
    return isObject(withTarget['command']) ? this.commands.adoptIn(withTarget) : withTarget;
  }

  /** A link in a document leads to the web or into the folder, and starts nothing. */
  private withTarget(value: JsonObject, target: unknown): JsonObject | typeof nowhere {
    if (target === undefined || target === null) return value;
    if (typeof target !== 'string') return nowhere;
    if (/^https?:/i.test(target)) return value;
    const host = this.uri(target);
    return host === undefined ? nowhere : { ...value, target: host };
  }

  private mayApply(edit: JsonObject): boolean {
    const { uris, folder, refused } = this.options;
    const isFine = editTargets(edit)?.every((uri) => {
      const path = uris.containerRelative(uri);
      return path !== undefined && folder.mayChange(path);
    });
    if (!isFine) refused('an edit of anything but plain files of the folder that are not protected');
    return isFine === true;
  }
}
