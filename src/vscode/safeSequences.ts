import { posix } from 'node:path';

const escape = '\u001b';
const bell = '\u0007';
const longest = 65_536;
/** Titles, colours and marks of commands. */
const harmless: ReadonlySet<string> = new Set([
  ...['0', '1', '2', '4', '10', '11', '12', '104', '110', '111', '112', '133'],
]);
/** Where a prompt and a command begin and end, as the shells are made to tell it. */
const mark = /^(?:[ABC]|D;\d+)$/;

/**
 * Takes out of a terminal's output the commands (OSC) with which a program reaches past the terminal: it would read and
 * write the person's clipboard, lay an address of its choice under any text, or show files of this machine for its own.
 * Follows the states of the terminal's own parser, so that nothing is a command there that was none here. C1 controls,
 * which programs hardly use, are left out.
 */
export class SafeSequences {
  private state: 'text' | 'escape' | 'command' = 'text';
  private content = '';
  private readonly onFolder: (path: string) => void;

  /** `onFolder` hears in which folder of the container the shell says that it is. */
  constructor(onFolder: (path: string) => void = () => undefined) {
    this.onFolder = onFolder;
  }

  /** What may be shown of the next piece of output; a command that is not whole yet waits for its end. */
  filter(text: string): string {
    const known = text.replaceAll(/[\u0080-\u009f]/g, '');
    if (this.state === 'text' && !known.includes(escape)) return known;
    let shown = '';
    for (const character of known) shown += this.next(character);
    return shown;
  }

  private next(character: string): string {
    switch (this.state) {
      case 'text':
        if (character !== escape) return character;
        this.state = 'escape';
        return '';
      case 'escape':
        return this.afterEscape(character);
      case 'command':
        return this.inCommand(character);
    }
  }

  /** Controls are carried out in the middle of what an escape begins. */
  private afterEscape(character: string): string {
    if (character === escape) return '';
    if (isControl(character) && !isCancel(character)) return character;
    this.state = character === ']' ? 'command' : 'text';
    this.content = '';
    if (character === ']') return '';
    return isCancel(character) ? character : escape + character;
  }

  private inCommand(character: string): string {
    if (character === bell || character === escape) {
      this.state = character === bell ? 'text' : 'escape';
      const folder = folderTold(this.content);
      if (folder !== undefined) this.onFolder(folder);
      return isAllowed(this.content) ? `${escape}]${this.content}${bell}` : '';
    }
    if (isCancel(character)) this.state = 'text';
    else if (!isControl(character) && this.content.length <= longest) this.content += character;
    return '';
  }
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\u007f';
}

function isCancel(character: string): boolean {
  return character === '\u0018' || character === '\u001a';
}

function isAllowed(content: string): boolean {
  if (content.length > longest) return false;
  const [, id = '', rest = ''] = /^(\d{1,4})(?:;(.*))?$/s.exec(content) ?? [];
  if (id === '8') return /^[^;]*;(?:https?:\/\/.*)?$/is.test(rest);
  // Progress; the other kinds notify, or name a folder.
  if (id === '9') return rest.startsWith('4;');
  if (id === '633') return mark.test(rest) || isInWorkspace(folderTold(content));
  return harmless.has(id);
}

/** VS Code would read a backslash as the beginning of another character. */
function folderTold(content: string): string | undefined {
  return /^633;P;Cwd=(\/[^;\\]*)$/.exec(content)?.[1];
}

/** VS Code looks for relative links in this folder, on this machine. */
function isInWorkspace(folder: string | undefined): boolean {
  return folder !== undefined && folder === posix.normalize(folder) && /^\/workspace(?:\/|$)/.test(folder);
}
