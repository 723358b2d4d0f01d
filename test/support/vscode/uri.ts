import type * as vscode from 'vscode';

const parts = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;

/** Enough of an address for `file:` folders and documents of an extension, with the paths of POSIX. */
export class Uri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;

  private constructor(found: {
    scheme: string;
    authority?: string;
    path?: string;
    query?: string;
    fragment?: string;
  }) {
    this.scheme = found.scheme;
    this.authority = found.authority ?? '';
    this.path = found.path ?? '';
    this.query = found.query ?? '';
    this.fragment = found.fragment ?? '';
  }

  static parse(text: string): Uri {
    const [, scheme = 'file', ...rest] = parts.exec(text) ?? [];
    const [authority = '', path = '', query = '', fragment = ''] = rest.map((part: string | undefined) =>
      decodeURIComponent(part ?? ''),
    );
    return new Uri({ scheme, authority, path, query, fragment });
  }

  static file(path: string): Uri {
    return new Uri({ scheme: 'file', path });
  }

  static from(found: {
    scheme: string;
    authority?: string;
    path?: string;
    query?: string;
    fragment?: string;
  }): Uri {
    return new Uri(found);
  }

  static joinPath(base: Uri, ...names: readonly string[]): Uri {
    const { scheme, authority } = base;
    return new Uri({ scheme, authority, path: [base.path, ...names].join('/') });
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    const path = this.path.split('/').map(encodeURIComponent).join('/');
    return `${this.scheme}:${this.scheme === 'file' || this.authority ? `//${this.authority}` : ''}${path}`;
  }

  toJSON(): vscode.Uri {
    return this as unknown as vscode.Uri;
  }
}
