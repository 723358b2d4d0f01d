import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { cordonExtension } from './support/cordon.ts';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
  };
}

describe('activation', () => {
  const extension = cordonExtension();
  const manifest = extension.packageJSON as Manifest;
  const dist = path.join(extension.extensionPath, 'dist');

  it('hands out the API, at once and the same each time', async () => {
    const startedAt = performance.now();
    const api = await extension.activate();
    console.log(`      activation: ${(performance.now() - startedAt).toFixed(1)} ms here`);
    assert.equal(api.apiVersion, 1);
    assert.equal(await extension.activate(), api);
    assert.equal(extension.exports, api);
    assert.ok(Array.isArray(api.workspaces.list()), 'answers without an engine');
  });

  it('reads no code that speaks to engines before it is needed', () => {
    const read = new Set<string>();
    const follow = (file: string): void => {
      if (read.has(file)) return;
      read.add(file);
      const text = readFileSync(path.join(dist, file), 'utf8');
      for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) if (name) follow(name);
    };
    follow('extension.js');
    const startup = [...read].map((file) => readFileSync(path.join(dist, file), 'utf8')).join('\n');
    assert.match(startup, /import\("\.\/docker-\w+\.js"\)/);
    assert.doesNotMatch(startup, /x-registry-auth|Dockerode|docker-modem/i);
    const all = readdirSync(dist).filter((file) => file.endsWith('.js'));
    assert.ok(
      all.some(
        (file) =>
          !read.has(file) &&
          /docker-modem|x-registry-auth/i.test(readFileSync(path.join(dist, file), 'utf8')),
      ),
      'it stands in a file of its own',
    );
  });

  it('registers exactly the commands of its manifest', async () => {
    await extension.activate();
    const registered = (await vscode.commands.getCommands(true)).filter(
      (id) => id.startsWith('cordon.') && !/^cordon\.(workspaces|engines)\./.test(id),
    );
    assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  });

  it('works in Restricted Mode, and takes no setting from a folder', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    for (const [key, { scope }] of Object.entries(manifest.contributes.configuration.properties))
      assert.equal(scope, 'machine', key);
  });
});
