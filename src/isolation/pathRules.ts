import ignore, { type Ignore } from 'ignore';
import { foldedName } from '../shared/foldedName.ts';

/** What a person adds to the rules: gitignore patterns, of which `!name` takes a built-in one back. */
export interface PathPatterns {
  readonly protectedPaths: readonly string[];
  readonly hiddenPaths: readonly string[];
}

/** Where in a folder an entry lies. */
export interface EntryPlace {
  /** Relative to the folder, with `/` between names. */
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * Which paths of a folder are protected and which are hidden. Names are compared without regard to case everywhere: on
 * many disks `.GIT` is `.git`.
 *
 * Protected is what runs programs on the host without a person starting something that the folder holds: settings of
 * editors and agents (tasks, debuggers, language servers, hooks, MCP servers), what shells and editors run on entering
 * a folder, and what installed git hooks run. Build files and tests run only when somebody runs them.
 */
export class PathRules {
  /** What a person added. */
  readonly patterns: PathPatterns;
  private readonly protectedList: CustomList;
  private readonly hiddenList: CustomList;
  private readonly interesting: RegExp | undefined;

  constructor(patterns: PathPatterns) {
    const { protectedPaths, hiddenPaths } = patterns;
    this.patterns = patterns;
    this.protectedList = new CustomList(protectedPaths);
    this.hiddenList = new CustomList(hiddenPaths);
    this.interesting = interestingNames([...this.protectedList.literals, ...this.hiddenList.literals]);
  }

  /** False for a name that no rule can be about: nearly all of them, of which there can be millions. */
  mayMatter(name: string): boolean {
    return this.interesting?.test(name) ?? true;
  }

  /** Dependencies are left out, for tools replace them as a whole and nothing on the host starts in there. */
  isProtected(entry: EntryPlace, inDependencies: boolean): boolean {
    return this.protectedList.decide(entry, !inDependencies && isProtectedName(entry.name));
  }

  isHidden(entry: EntryPlace): boolean {
    return this.hiddenList.decide(entry, isHiddenName(entry.name, entry.isFolder));
  }

  /** Whether a git folder's own file or folder decides what git runs. */
  isProtectedInGit(entry: EntryPlace): boolean {
    return this.protectedList.decide(entry, gitProtected.has(foldedName(entry.name)));
  }
}

/** The names that a folder of dependencies of a package manager has. */
export function isDependencyFolder(name: string): boolean {
  return name === 'node_modules';
}

/** Whether a name means `.git` on some disk: some ignore case, some invisible characters, some make short names. */
export function isGitName(name: string): boolean {
  return name === '.git' || /^(?:\.git|git~\d)$/i.test(name.replaceAll(invisible, ''));
}

const invisible = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Of a git folder: `commondir` and `gitdir` lead to another one, and the rest says which programs git runs. */
const gitProtected: ReadonlySet<string> = new Set([
  'hooks',
  'config',
  'config.worktree',
  'commondir',
  'gitdir',
]);

const protectedNames: ReadonlySet<string> = new Set([
  ...['.vscode', '.devcontainer', '.devcontainer.json', '.idea', '.zed', '.exrc', '.nvimrc', '.nvim.lua'],
  ...['.cursor', '.claude', '.mcp.json', '.gemini', '.codex', '.windsurf', '.kiro'],
  ...['.opencode', 'opencode.json', 'opencode.jsonc', '.aider.conf.yml'],
  ...['.husky', '.githooks', '.pre-commit-config.yaml', '.envrc', '.mise'],
]);
/** Of lefthook and mise, which take settings of one's own beside those of the project. */
const protectedPattern = /^\.?(?:lefthook(?:-local)?\.(?:ya?ml|toml|json)|mise(?:\.[\w-]+)*\.toml)$/;

function isProtectedName(name: string): boolean {
  const lower = foldedName(name);
  return protectedNames.has(lower) || protectedPattern.test(lower) || lower.endsWith('.code-workspace');
}

const hiddenNames: ReadonlySet<string> = new Set(['.env', '.npmrc', '.netrc', '.pypirc']);
/** Programs whose names only look like those of keys. */
const sourceFile =
  /\.(?:[cm]?[jt]sx?|pyi?|rb|go|rs|c|h|cc|[ch]pp|cs|java|kt|php|swift|scala|sql|s?css|html|vue|svelte)$/;

function isHiddenName(name: string, isFolder: boolean): boolean {
  const lower = foldedName(name);
  if (hiddenNames.has(lower) || /\.(?:pem|key)$/.test(lower)) return true;
  if (lower.startsWith('.env.')) return lower !== '.env.example';
  return !isFolder && /^id_./.test(lower) && !sourceFile.test(lower);
}

/** Names that a built-in rule or a pattern with one of these literals can be about; `undefined` for all names. */
function interestingNames(literals: readonly string[]): RegExp | undefined {
  if (literals.includes('')) return undefined;
  const escaped = literals.map((literal) =>
    literal.replaceAll(/[^\p{L}\p{N}]/gu, (c) => (c > '\x7f' ? c : `\\${c}`)),
  );
  return new RegExp(
    [
      String.raw`^(?:\.|id_|git~|lefthook|mise|opencode|[^\0-\x7f])`,
      String.raw`\.(?:pem|key|code-workspace)$`,
      // What some disks take for ASCII.
      '[\u017f\u212a\ufb00-\ufb06]',
      ...escaped,
    ].join('|'),
    'i',
  );
}

/** A person's patterns in their order: the last one that fits decides, before the built-in names. */
class CustomList {
  /** Each pattern that adds has one, which the names that it fits hold; empty where there is none to be told. */
  readonly literals: readonly string[];
  private readonly groups: readonly { readonly shows: boolean; readonly list: Ignore }[];

  constructor(patterns: readonly string[]) {
    const groups: { readonly shows: boolean; readonly list: Ignore }[] = [];
    for (const pattern of patterns) {
      const shows = pattern.startsWith('!');
      const group = groups.at(-1);
      const list = group?.shows === shows ? group.list : ignore();
      list.add([shows ? pattern.slice(1) : pattern]);
      if (list !== group?.list) groups.push({ shows, list });
    }
    this.groups = groups;
    this.literals = patterns.filter((pattern) => !/^[!#]/.test(pattern)).map(literalOf);
  }

  decide({ path, isFolder }: EntryPlace, isBuiltIn: boolean): boolean {
    if (this.groups.length === 0 || (this.literals.length === 0 && !isBuiltIn)) return isBuiltIn;
    const full = isFolder ? `${path}/` : path;
    const last = this.groups.findLast(({ list }) => list.ignores(full));
    return last ? !last.shows : isBuiltIn;
  }
}

/** The longest piece of plain text in the last name of a pattern. */
function literalOf(pattern: string): string {
  const lastName = pattern.trim().replace(/\/+$/, '').split('/').at(-1) ?? '';
  const pieces = lastName.split(/[*?]|\[.*\]|\\./);
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
}
