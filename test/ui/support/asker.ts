import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CordonHost } from './cordonHost.ts';
import { eventually } from './eventually.ts';

/** The extension that answers. */
export const askerExtension = path.join(import.meta.dirname, 'asker');

/** Asks VS Code in a window as an extension does, for what a screen shows only in part. */
export class Asker {
  private readonly host: CordonHost;

  constructor(host: CordonHost) {
    this.host = host;
  }

  /** The address of a file in the folder. */
  uriOf(file: string): { readonly uri: string } {
    const { href } = pathToFileURL(path.join(this.host.folder, file));
    // VS Code encodes more than others do.
    const uri = href.replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    return { uri };
  }

  /** What a command gives back; see asker.cjs for its own. Fails as the command does. */
  async ask<T>(command: string, ...args: readonly unknown[]): Promise<T> {
    const home = await eventually('the asker', () => this.home());
    const name = path.join(home, randomUUID());
    await writeFile(`${name}.new`, JSON.stringify({ command, args }));
    await rename(`${name}.new`, `${name}.ask`);
    await eventually(`an answer to ${command}`, () => existsSync(`${name}.answer`), 60_000);
    const { value, error } = JSON.parse(await readFile(`${name}.answer`, 'utf8')) as {
      value?: T;
      error?: string;
    };
    await rm(`${name}.answer`);
    if (error !== undefined) throw new Error(error);
    return value as T;
  }

  private async home(): Promise<string | undefined> {
    const { userDataDir } = this.host.code;
    const folders = await readdir(userDataDir, { recursive: true });
    const found = folders.find((each) => path.basename(each) === 'cordon-asker');
    if (found === undefined) return undefined;
    const home = path.join(userDataDir, found);
    await mkdir(home, { recursive: true });
    return home;
  }
}
