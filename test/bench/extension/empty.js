// The least that an extension can be: what loading it takes is what VS Code and Node take.
import * as vscode from 'vscode';

export const activate = () => vscode.version;
