import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { commandIds } from '../../src/vscode/commandIds.ts';
import { settingKeys } from '../../src/vscode/settingKeys.ts';
import { contextValueOf, isPossible, workspaceActions } from '../../src/vscode/workspaceActions.ts';
import { parseCatalogue } from '../../src/languageServers/catalogue.ts';
import { parseOwnProfiles } from '../../src/isolation/ownProfiles.ts';
import { networkModes, profileNameGrammar } from '../../src/isolation/profile.ts';
import { grantableCapabilities } from '../../src/isolation/profileBounds.ts';
import { profiles } from '../../src/isolation/profiles.ts';
import type { ContainerState, WorkspaceStatus } from '../../src/workspaces/workspace.ts';

interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly icon: string;
  readonly types: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly extensionKind: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly submenus: readonly { id: string }[];
    readonly keybindings: readonly MenuItem[];
    readonly views: Readonly<Record<string, readonly { id: string; icon: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { id: string; icon: string }[] };
    readonly viewsWelcome: readonly { view: string; contents: string; when: string }[];
    readonly terminal: { readonly profiles: readonly { id: string }[] };
    readonly walkthroughs: readonly {
      id: string;
      steps: readonly { description: string; media: { markdown: string }; completionEvents: string[] }[];
    }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, SettingSchema>>;
    };
  };
}

interface SettingSchema {
  readonly scope: string;
  readonly type?: string | string[];
  readonly enum?: string[];
  readonly default: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: SettingSchema;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly additionalProperties?: SettingSchema;
}

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;
const sources = readdirSync(new URL('src/vscode', root), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => read(`src/vscode/${path}`))
  .join('\n');

const states: readonly (readonly [WorkspaceStatus, ContainerState])[] = [
  ['inactive', { kind: 'absent' }],
  ['inactive', { kind: 'creating' }],
  ['active', { kind: 'running', id: 'a' }],
  ['active', { kind: 'paused', id: 'a' }],
  ['active', { kind: 'stopping', id: 'a' }],
  ['inactive', { kind: 'stopped', id: 'a' }],
  ['inactive', { kind: 'failed', reason: 'exit code 1' }],
  ['active', { kind: 'unknown' }],
  ['archived', { kind: 'absent' }],
];

describe('package.json', () => {
  it('contributes exactly the commands of the code, each once and in the category Cordon', () => {
    const ids = contributes.commands.map(({ command }) => command);
    assert.deepEqual([...ids].sort(), [...commandIds].sort());
    assert.ok(contributes.commands.every(({ category }) => category === 'Cordon'));
  });

  it('names only its own commands in menus, key bindings, welcome views and the walkthrough', () => {
    const known = new Set<string>([
      ...commandIds,
      'cordon.workspaces.focus',
      'vscode.openFolder',
      'workbench.action.openWalkthrough',
    ]);
    const items = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    const used = items.flatMap(({ command, submenu }) => (submenu === undefined ? [command ?? ''] : []));
    const below = items.flatMap(({ submenu }) => submenu ?? []);
    assert.deepEqual(
      below,
      contributes.submenus.map(({ id }) => id),
    );
    assert.ok(below.every((id) => contributes.menus[id]));
    const linked = [...JSON.stringify(texts).matchAll(/\(command:([\w.]+)/g)].map(([, id]) => id ?? '');
    const completing = contributes.walkthroughs
      .flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents))
      .flatMap((event) => (event.startsWith('onCommand:') ? [event.slice('onCommand:'.length)] : []));
    assert.deepEqual(
      [...used, ...linked, ...completing].filter((id) => !known.has(id)),
      [],
    );
    const walkthrough = contributes.walkthroughs[0]?.id ?? '';
    assert.ok(texts['welcome.noEngine']?.includes(`%22cordon.cordon%23${walkthrough}%22`));
  });

  it('contributes exactly the settings of the code', () => {
    assert.deepEqual(
      Object.keys(contributes.configuration.properties),
      settingKeys.map((key) => `cordon.${key}`),
    );
    const { properties } = contributes.configuration;
    assert.deepEqual(properties['cordon.network']?.enum, ['', ...networkModes]);
  });

  it('describes own profiles as the code takes them', () => {
    const { properties } = contributes.configuration;
    assert.equal(properties['cordon.profile']?.pattern, profileNameGrammar.source);
    const fields = properties['cordon.profiles']?.additionalProperties?.properties ?? {};
    const { coreBytes: _, ...settable } = profiles.basic;
    assert.deepEqual(Object.keys(fields).sort(), ['extends', 'description', ...Object.keys(settable)].sort());
    assert.deepEqual(fields['capabilities']?.items?.enum, [...grantableCapabilities]);
    const takes = (field: string, value: unknown) => {
      const mount = field === 'user' ? 'readonly' : 'live';
      return parseOwnProfiles({ own: { extends: 'basic', mount, [field]: value } }).usable.size === 1;
    };
    for (const [name, schema] of Object.entries(fields)) {
      for (const value of schema.enum ?? [])
        if (name !== 'extends') assert.ok(takes(name, value), `${name} ${value}`);
      const numbers = name === 'limits' ? (schema.properties ?? {}) : { '': schema };
      for (const [key, { minimum, maximum }] of Object.entries(numbers)) {
        if (minimum === undefined || maximum === undefined) continue;
        const wrap = (value: number) => (key === '' ? value : { [key]: value });
        assert.ok(takes(name, wrap(minimum)) && takes(name, wrap(maximum)), `${name} ${key}`);
        assert.ok(!takes(name, wrap(minimum - 1)) && !takes(name, wrap(maximum + 1)), `${name} ${key}`);
      }
    }
    for (const runtime of ['', 'runsc', 'kata-qemu', 'io.containerd.kata.v2', 'nvidia', 'runscx', 'runc'])
      assert.equal(
        new RegExp(fields['runtime']?.pattern ?? '').test(runtime),
        takes('runtime', runtime),
        runtime,
      );
  });

  it('has language servers that the code takes', () => {
    const { default: catalogue } = contributes.configuration.properties['cordon.languageServers'] ?? {};
    const { entries, broken } = parseCatalogue(catalogue);
    assert.deepEqual(broken, []);
    assert.deepEqual(
      entries.map(({ name }) => name),
      Object.keys(catalogue as object),
    );
    for (const { name, languages, extensions } of entries)
      assert.ok(languages.length > 0 && extensions.length > 0, name);
  });

  it('lets no folder set what touches safety or the engine', () => {
    for (const [key, { scope }] of Object.entries(contributes.configuration.properties))
      assert.ok(scope === 'machine' || scope === 'application', `${key} has the scope ${scope}`);
    assert.deepEqual(
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      Object.keys(contributes.configuration.properties).sort(),
    );
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  it('offers in the context menu of a row exactly what is possible in its state', () => {
    for (const action of workspaceActions) {
      const whens = rowMenu(action, (group) => !group.startsWith('inline'));
      assert.equal(whens.length, 1, `${action} stands in the context menu once`);
      for (const [status, container] of states) {
        const workspace = { status, container, mount: 'live', network: 'filtered' } as const;
        const value = contextValueOf(workspace);
        assert.equal(whens[0]?.test(value), isPossible(action, workspace), `${action} on ${value}`);
      }
    }
  });

  it('offers beside a row nothing that is not possible in its state', () => {
    for (const action of workspaceActions)
      for (const pattern of rowMenu(action, (group) => group.startsWith('inline')))
        for (const [status, container] of states) {
          const workspace = { status, container, mount: 'readonly', network: 'none' } as const;
          if (pattern.test(contextValueOf(workspace))) assert.ok(isPossible(action, workspace), action);
        }
  });

  it('hides in the palette what is possible for no workspace', () => {
    const palette = contributes.menus['commandPalette'] ?? [];
    for (const action of workspaceActions)
      assert.equal(
        palette.find(({ command }) => command === `cordon.${action}`)?.when,
        `cordon.can.${action}`,
      );
  });

  it('reads only context keys that the code sets', () => {
    const whens = [
      ...Object.values(contributes.menus).flat(),
      ...contributes.viewsWelcome,
      ...Object.values(contributes.views).flat(),
    ].map((item) => ('when' in item ? (item.when ?? '') : ''));
    const keys = new Set(whens.flatMap((when) => when.match(/cordon\.(?:engine(?!s)|has|can)[\w.]*/g) ?? []));
    const set = new Set([
      ...[...sources.matchAll(/tell\(\s*'(cordon\.\w+)'/g)].map(([, key]) => key ?? ''),
      ...workspaceActions.map((action) => `cordon.can.${action}`),
    ]);
    assert.deepEqual(
      [...keys].filter((key) => !set.has(key)),
      [],
    );
    assert.ok(keys.has('cordon.engine') && keys.has('cordon.hasFolder') && keys.has('cordon.hasWorkspaces'));
  });

  it('contributes the views, the status bar and the terminal profile that the code registers', () => {
    const views = Object.values(contributes.views).flat();
    for (const { id } of views) assert.match(sources, new RegExp(`'${id.replace('.', '\\.')}'`));
    assert.deepEqual(
      views.map(({ id }) => id),
      ['cordon.workspaces', 'cordon.engines'],
    );
    assert.deepEqual(
      contributes.terminal.profiles.map(({ id }) => id),
      ['cordon.terminal'],
    );
    assert.match(sources, /registerTerminalProfileProvider\('cordon\.terminal'/);
    assert.match(sources, /createStatusBarItem\('cordon\.status'/);
  });

  it('takes every text from package.nls.json, and leaves none there unused', () => {
    const used = [...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
    assert.ok(contributes.commands.every(({ title }) => /^%.+%$/.test(title)));
  });

  it('points only at files that exist', () => {
    const files = [
      manifest.icon,
      manifest.types,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views)
        .flat()
        .map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ];
    assert.deepEqual(
      files.filter((file) => !existsSync(new URL(file, root))),
      [],
    );
  });

  it('asks for no newer VS Code than the types it is checked against', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode'] ?? ''}`);
  });
});

function rowMenu(action: string, isWanted: (group: string) => boolean): RegExp[] {
  return (contributes.menus['view/item/context'] ?? [])
    .filter(({ command, group }) => command === `cordon.${action}` && isWanted(group ?? ''))
    .map(({ when }) => new RegExp(/viewItem =~ \/(.*?)\/(?: |$)/.exec(when ?? '')?.[1] ?? '$^'));
}
