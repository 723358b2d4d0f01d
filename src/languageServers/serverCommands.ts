import { isObject, type JsonObject } from './json.ts';
import { nowhere } from './messageWalk.ts';
import { plainText } from './plainText.ts';

const mostCommands = 200;
/** Commands of the window that a server may name: they show what the server knows, and change nothing. */
const harmless: ReadonlySet<string> = new Set([
  'editor.action.triggerSuggest',
  'editor.action.triggerParameterHints',
]);

/**
 * The commands that a server offers, under names that nobody else has. A server can have none of them run but its own:
 * whatever else it names is taken out.
 */
export class ServerCommands {
  private readonly prefix: string;
  private readonly own = new Set<string>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Takes the names that a server announces, and gives those under which the window knows them. */
  register(names: unknown): readonly string[] {
    const taken: string[] = [];
    for (const name of Array.isArray(names) ? (names as unknown[]) : []) {
      if (typeof name !== 'string' || !/^[\w.:/$-]{1,200}$/.test(name)) continue;
      if (!this.own.has(name) && this.own.size >= mostCommands) continue;
      this.own.add(name);
      taken.push(this.prefix + name);
    }
    return taken;
  }

  /** The server's own name for a command of the window. */
  nameOf(command: unknown): string | undefined {
    if (typeof command !== 'string' || !command.startsWith(this.prefix)) return undefined;
    const name = command.slice(this.prefix.length);
    return this.own.has(name) ? name : undefined;
  }

  /** A command that a server wants to have in the window, or `nowhere` where it must not. */
  adopt(command: JsonObject): JsonObject | typeof nowhere {
    const { command: name, title, arguments: args } = command;
    if (typeof name !== 'string') return nowhere;
    const shown = { title: typeof title === 'string' ? plainText(title, 200) : '' };
    if (harmless.has(name)) return { ...shown, command: name };
    // One that was adopted already, in what holds it.
    if (this.nameOf(name) !== undefined) return command;
    if (!this.own.has(name)) return nowhere;
    return { ...shown, command: this.prefix + name, ...(Array.isArray(args) && { arguments: args }) };
  }

  /** The other way round: what the window gives back to the server. */
  giveBack(command: JsonObject): JsonObject {
    const name = this.nameOf(command['command']);
    return name === undefined ? command : { ...command, command: name };
  }

  /** The same for an object that holds one, as an action or a lens does: without the command where it must not be. */
  adoptIn(value: JsonObject): JsonObject {
    const { command, ...rest } = value;
    const adopted = isObject(command) ? this.adopt(command) : nowhere;
    return adopted === nowhere ? rest : { ...value, command: adopted };
  }
}
