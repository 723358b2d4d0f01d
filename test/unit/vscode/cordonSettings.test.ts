import assert from 'node:assert/strict';
import { parseSettings } from '../../../src/vscode/cordonSettings.ts';
import type { SettingKey } from '../../../src/vscode/settingKeys.ts';

const good: Partial<Record<SettingKey, unknown>> = {
  'engine.host': '',
  image: 'node:24-bookworm',
  profile: 'standard',
  network: '',
  networkRange: '10.213.0.0/16',
  'limits.cpus': null,
  'limits.memoryMiB': null,
  'limits.pids': null,
  'limits.tmpMiB': null,
  'egress.presets': ['packages'],
  'egress.allow': [],
  'egress.deny': [],
  proxyImage: 'ubuntu/squid:latest',
  protectedPaths: [],
  hiddenPaths: [],
  'review.exclude': [],
  'review.copyExclude': [],
  'review.followFolder': true,
  operationTimeoutSeconds: 600,
  'idle.action': 'off',
  'idle.afterMinutes': 30,
  onWindowClose: 'keep',
  'cleanUp.afterDays': 30,
  'terminals.keepAliveMinutes': 10,
  forwardPorts: [],
  languageServers: {},
};

function parse(values: Partial<Record<SettingKey, unknown>>) {
  const reported: SettingKey[] = [];
  const all = { ...good, ...values };
  const settings = parseSettings(
    (key) => all[key],
    (key) => reported.push(key),
  );
  return { settings, reported };
}

describe('parseSettings', () => {
  it('takes the defaults of package.json without a word', () => {
    const { settings, reported } = parse({});
    assert.deepEqual(reported, []);
    assert.deepEqual(settings, {
      engineHost: undefined,
      networkRange: '10.213.0.0/16',
      profiles: { usable: new Map(), broken: new Map() },
      egress: { presets: ['packages'], allow: [], deny: [], proxyImage: 'ubuntu/squid:latest' },
      pathPatterns: { protectedPaths: [], hiddenPaths: [] },
      reviewExcludes: [],
      copyExcludes: [],
      reviewFollows: true,
      defaults: { image: 'node:24-bookworm', profile: 'standard', limits: {}, operationTimeoutMs: 600_000 },
      idle: { action: 'off', afterMs: 1_800_000, sampleEveryMs: 187_000, onWindowClose: 'keep' },
      keepTerminalsMs: 600_000,
      portRules: [],
      cleanUpAfterDays: 30,
      languageServers: [],
    });
  });

  it('takes what a person chose', () => {
    const { settings, reported } = parse({
      'engine.host': ' unix:///run/user/1000/docker.sock ',
      network: 'isolated',
      'limits.cpus': 1.5,
      'limits.pids': 0,
      operationTimeoutSeconds: 5,
      'idle.action': 'stop',
      'idle.afterMinutes': 5,
      onWindowClose: 'pause',
    });
    assert.deepEqual(reported, []);
    assert.deepEqual(settings.idle, {
      action: 'stop',
      afterMs: 300_000,
      sampleEveryMs: 67_000,
      onWindowClose: 'pause',
    });
    assert.equal(settings.engineHost, 'unix:///run/user/1000/docker.sock');
    assert.equal(settings.defaults.network, 'isolated');
    assert.deepEqual(settings.defaults.limits, { cpus: 1.5 });
    assert.equal(settings.defaults.operationTimeoutMs, 5000);
  });

  it("takes a person's own profiles, and reports each that cannot be used with the reason", () => {
    const reasons: string[] = [];
    const values: Partial<Record<SettingKey, unknown>> = {
      ...good,
      profile: 'mine',
      profiles: { mine: { extends: 'strict' }, loose: { extends: 'standard', privileged: true } },
    };
    const settings = parseSettings(
      (key) => values[key],
      (key, reason) => reasons.push(`${key}: ${reason}`),
    );
    assert.equal(settings.defaults.profile, 'mine');
    assert.deepEqual([...settings.profiles.usable.keys()], ['mine']);
    assert.deepEqual(reasons, ['profiles: loose: it has a field that does not exist: privileged']);
  });

  it('puts the safest value in the place of one that cannot be used, and reports it', () => {
    const { settings, reported } = parse({
      'engine.host': 7,
      image: 'no such: image',
      profile: 'No Profile',
      network: 'closed',
      'egress.presets': ['packages', 'everything'],
      'egress.allow': ['example.org', 5],
      'egress.deny': ['example.org', 5],
      proxyImage: '--privileged',
      networkRange: '8.8.8.0/16',
      'limits.memoryMiB': '4 GB',
      operationTimeoutSeconds: -1,
      'idle.action': 'remove',
      'idle.afterMinutes': 0,
      onWindowClose: 'delete',
      'cleanUp.afterDays': 0.5,
      'terminals.keepAliveMinutes': -1,
    });
    assert.deepEqual(reported, [
      'engine.host',
      'network',
      'limits.memoryMiB',
      'idle.afterMinutes',
      'networkRange',
      'egress.presets',
      'egress.allow',
      'egress.deny',
      'proxyImage',
      'image',
      'profile',
      'operationTimeoutSeconds',
      'idle.action',
      'onWindowClose',
      'terminals.keepAliveMinutes',
      'cleanUp.afterDays',
    ]);
    assert.deepEqual(settings, {
      engineHost: undefined,
      networkRange: '10.213.0.0/16',
      profiles: { usable: new Map(), broken: new Map() },
      egress: {
        presets: ['packages'],
        allow: ['example.org'],
        deny: [''],
        proxyImage: 'ubuntu/squid:latest',
      },
      pathPatterns: { protectedPaths: [], hiddenPaths: [] },
      reviewExcludes: [],
      copyExcludes: [],
      reviewFollows: true,
      defaults: {
        image: 'node:24-bookworm',
        profile: 'strict',
        network: 'none',
        limits: {},
        operationTimeoutMs: 600_000,
      },
      idle: { action: 'off', afterMs: 1_800_000, sampleEveryMs: 187_000, onWindowClose: 'keep' },
      keepTerminalsMs: 0,
      portRules: [],
      cleanUpAfterDays: 30,
      languageServers: [],
    });
  });

  it('keeps the good patterns of a list, and none that takes something back once one is bad', () => {
    const { settings, reported } = parse({
      protectedPaths: ['Makefile', '!.idea/'],
      hiddenPaths: ['secrets/', 7, '!id_map'],
    });
    assert.deepEqual(reported, ['hiddenPaths']);
    assert.deepEqual(settings.pathPatterns, {
      protectedPaths: ['Makefile', '!.idea/'],
      hiddenPaths: ['secrets/'],
    });
    assert.deepEqual(parse({ hiddenPaths: '.secret' }).settings.pathPatterns.hiddenPaths, []);
  });

  it('keeps the good rules of ports, and reports that there are others', () => {
    const rules = [
      { port: 3000, label: 'web' },
      { port: 0 },
      { port: 80, extra: 1 },
      7,
      { port: 5000, localPort: 5001 },
    ];
    const { settings, reported } = parse({ forwardPorts: rules });
    assert.deepEqual(settings.portRules, [rules[0], rules[4]]);
    assert.deepEqual(reported, ['forwardPorts']);
    assert.deepEqual(parse({ forwardPorts: 3000 }).settings.portRules, []);
  });
});
