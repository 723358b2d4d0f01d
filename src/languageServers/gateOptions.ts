import type { FileTexts } from './fileTexts.ts';
import type { FolderUris } from './folderUris.ts';

/** What a server in a container may see and change of the folder. Paths are relative to it, with `/`. */
export interface FolderAccess {
  /** By the names alone: whether a server may know of it. */
  isShared(path: string): boolean;
  /** Looks at the disk as well: links that lead out of the folder are not followed. */
  isReadable(path: string): boolean;
  /** Whether a file of the folder holds this text now, but for the ends of its lines. */
  holds(path: string, text: string): boolean;
  /** Whether it is a plain file that may be changed. Looks at the disk as well. */
  mayChange(path: string): boolean;
}

/** A document as the window has it. */
export interface OpenDocument {
  readonly languageId: string;
  readonly version: number;
  /** Whether the person has changed it since it was read or saved. */
  readonly isDirty: boolean;
  getText(): string;
}

/** What a gate has to know of the workspace of its server. */
export interface GateOptions {
  readonly uris: FolderUris;
  readonly folder: FolderAccess;
  /** What is open in the window, by its address. */
  readonly document: (hostUri: string) => OpenDocument | undefined;
  /** Outlives the server, for what is typed before another one takes its place. */
  readonly texts: FileTexts;
  /** The folder's address in the window, and its name. */
  readonly folderUri: string;
  readonly folderName: string;
  /** Begins the names of the server's commands in the window. */
  readonly commandPrefix: string;
  /** False where the container may not write the folder, and its servers may not do so by themselves either. */
  readonly mayEditByItself: boolean;
  /** Sections of settings that the server may read, each with all below it. */
  readonly sections: readonly string[];
  /** Hears what was refused, for the log. */
  readonly refused: (what: string) => void;
}
