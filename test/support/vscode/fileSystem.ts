import type * as vscode from 'vscode';

// The numbers are those of VS Code.
export const FileType = {
  Unknown: 0,
  File: 1,
  Directory: 2,
  SymbolicLink: 64,
} as unknown as typeof vscode.FileType;
export const FileChangeType = {
  Changed: 1,
  Created: 2,
  Deleted: 3,
} as unknown as typeof vscode.FileChangeType;
export const FilePermission = { Readonly: 1 } as unknown as typeof vscode.FilePermission;

/** With the codes of VS Code. */
export class FileSystemError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }

  static FileNotFound(uri: vscode.Uri): FileSystemError {
    return new FileSystemError('FileNotFound', uri.path);
  }
  static NoPermissions(uri: vscode.Uri): FileSystemError {
    return new FileSystemError('NoPermissions', uri.path);
  }
  static Unavailable(message: string): FileSystemError {
    return new FileSystemError('Unavailable', message);
  }
}
