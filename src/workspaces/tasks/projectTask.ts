/** Something that a project says how to run, to be run in its container. */
export interface ProjectTask {
  /** The command as a person types it, for example `npm run build`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The folder of the project it belongs to, relative to the opened one and with `/`; empty for that one itself. */
  readonly folder: string;
  readonly group?: 'build' | 'test' | 'clean';
  /** Names of the problem matchers that understand what it prints. */
  readonly matchers: readonly string[];
  /** It goes on until it is ended, for example because it watches files. */
  readonly isBackground?: boolean;
}

/** What is found in one folder of a project: the names in it, and how its files are read. */
export interface ProjectFolder {
  readonly path: string;
  readonly files: ReadonlySet<string>;
  /** The text of a file; `undefined` for what is no file of a size that such a file has. */
  read(name: string): Promise<string | undefined>;
}

/**
 * Whether a name out of a file may become a word of a command: nothing that a program would take for an option, that is
 * not shown, or in which VS Code would replace a variable, which can run commands and hold secrets of this machine.
 */
export function isPlainName(name: string): boolean {
  return /^(?!-)[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u.test(name) && !name.includes('${');
}

/** The group that a name speaks of. */
export function groupOf(name: string): ProjectTask['group'] {
  if (/^(all|build|compile|dist)\b/.test(name)) return 'build';
  if (/^(test|check)\b/.test(name)) return 'test';
  return /^clean\b/.test(name) ? 'clean' : undefined;
}
