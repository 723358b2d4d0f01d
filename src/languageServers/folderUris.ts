import { containerFolder, readUri, uriOf, type ReadUri } from './uri.ts';

/** Where the folder of a workspace lies for the window, and for its container. */
export interface FolderSides {
  /** Addresses of the folder: as the window has it open, then others that lead to it, as a symbolic link does. */
  readonly hostUris: readonly [string, ...string[]];
  /** The same as paths of this machine. */
  readonly hostPaths: readonly string[];
  readonly workspaceId: string;
  readonly platform: NodeJS.Platform;
}

/** The scheme of documents that are read from a container. */
export const containerScheme = 'cordon-container';

const mostKnown = 1000;
const longestKnown = 1000;
const addressed = new RegExp(`^(?:file|${containerScheme}):`);

/** Carries addresses and paths over between the window and the container of one folder. */
export class FolderUris {
  private readonly sides: FolderSides;
  private readonly roots: readonly ReadUri[];
  /** Addresses in the window by those in the container: a list of a server's names the same ones again and again. */
  private readonly known = new Map<string, string | undefined>();

  constructor(sides: FolderSides) {
    this.sides = sides;
    this.roots = sides.hostUris.flatMap((uri) => readUri(uri) ?? []);
  }

  /** The path of a document in the folder, relative and with `/`, by its address in the window; empty for the folder. */
  hostRelative(uri: string): string | undefined {
    const read = readUri(uri);
    return read?.scheme === 'file' ? this.below(read)?.join('/') : undefined;
  }

  /** The same by its address in the container. */
  containerRelative(uri: string): string | undefined {
    const read = readUri(uri);
    return read && isOfContainer(read) && isInFolder(read) && this.isNameable(read)
      ? read.segments.slice(1).join('/')
      : undefined;
  }

  /** The address in the container; `undefined` for what is neither in the folder nor a document of this container. */
  toContainer(uri: string): string | undefined {
    const read = readUri(uri);
    if (!read) return undefined;
    if (read.scheme === containerScheme)
      return read.authority === this.sides.workspaceId
        ? uriOf({ ...read, scheme: 'file', authority: '' })
        : undefined;
    const below = read.scheme === 'file' ? this.below(read) : undefined;
    return below && uriOf({ ...read, authority: '', segments: [containerFolder, ...below] });
  }

  /** The address in the window: in the folder, or that of a document of the container. */
  toHost(uri: string): string | undefined {
    if (this.known.has(uri)) return this.known.get(uri);
    const host = this.carriedOver(uri);
    if (this.known.size >= mostKnown) this.known.clear();
    if (uri.length <= longestKnown) this.known.set(uri, host);
    return host;
  }

  private carriedOver(uri: string): string | undefined {
    const read = readUri(uri);
    const [root] = this.roots;
    if (!read || !root || !isOfContainer(read)) return undefined;
    if (isInFolder(read) && this.isNameable(read)) {
      const segments = [...root.segments, ...read.segments.slice(1)];
      return uriOf({ ...read, authority: root.authority, segments });
    }
    return uriOf({ ...read, scheme: containerScheme, authority: this.sides.workspaceId });
  }

  /** A text that is an address or a path in the folder, as the container has it; any other stays. */
  textToContainer(text: string): string {
    if (addressed.test(text)) return this.toContainer(text) ?? text;
    const windows = this.sides.platform === 'win32';
    for (const root of this.sides.hostPaths) {
      const start = text.slice(0, root.length);
      const rest = text.slice(root.length);
      const isSame = windows ? start.toLowerCase() === root.toLowerCase() : start === root;
      if (isSame && (rest === '' || rest.startsWith('/') || (windows && rest.startsWith('\\'))))
        return `/${containerFolder}${windows ? rest.replaceAll('\\', '/') : rest}`;
    }
    return text;
  }

  /** The other way round. Paths that only the container has stay. */
  textToHost(text: string): string {
    if (text.startsWith('file:')) return this.toHost(text) ?? text;
    const [root] = this.sides.hostPaths;
    if (root === undefined || !/^\/workspace(?:\/|$)/.test(text)) return text;
    const rest = text.slice(containerFolder.length + 1);
    return root + (this.sides.platform === 'win32' ? rest.replaceAll('/', '\\') : rest);
  }

  /** Names from the folder on; `undefined` outside of it. */
  private below({ authority, segments }: ReadUri): readonly string[] | undefined {
    for (const root of this.roots) {
      const isBelow =
        authority.toLowerCase() === root.authority.toLowerCase() &&
        root.segments.every((name, index) => this.isSameName(name, segments[index], index));
      if (isBelow) return segments.slice(root.segments.length);
    }
    return undefined;
  }

  private isSameName(name: string, other: string | undefined, index: number): boolean {
    if (name === other) return true;
    const { platform } = this.sides;
    const ignoresCase =
      platform === 'win32' || platform === 'darwin' || (index === 0 && /^[a-z]:$/i.test(name));
    return ignoresCase && name.toLowerCase() === other?.toLowerCase();
  }

  /** On Windows a name can hold what means another place there. */
  private isNameable({ segments }: ReadUri): boolean {
    return this.sides.platform !== 'win32' || !segments.some((name) => /[\\:]|[. ]$/.test(name));
  }
}

function isOfContainer({ scheme, authority }: ReadUri): boolean {
  return scheme === 'file' && (authority === '' || authority === 'localhost');
}

function isInFolder({ segments }: ReadUri): boolean {
  return segments[0] === containerFolder;
}
