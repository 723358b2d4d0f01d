import assert from 'node:assert/strict';
import { auditHygiene } from '../../../src/isolation/hygieneAudit.ts';
import { hostAddresses } from '../../../src/isolation/hostAddresses.ts';
import { auditOwnNetwork, type NetworkFacts } from '../../../src/isolation/networkAudit.ts';
import { compliantFacts } from '../../support/compliantFacts.ts';
import { tinySpec } from '../../support/tinySpec.ts';

const failedIds = (findings: readonly { ok: boolean; id: string }[]) =>
  findings.filter(({ ok }) => !ok).map(({ id }) => id);

describe('the network of a workspace', () => {
  const open: NetworkFacts = {
    ...{ name: 'own', driver: 'bridge', internal: false, ipv6: false, gateways: ['172.18.0.1'] },
  };
  const isolated: NetworkFacts = { ...open, driver: 'macvlan', internal: true };
  const emptyBridge: NetworkFacts = { ...open, name: 'own-end', internal: true };
  const joined = { networks: ['own'] };

  it('holds when it is what was asked for', () => {
    assert.deepEqual(failedIds(auditOwnNetwork([open], joined, 'open')), []);
    assert.deepEqual(failedIds(auditOwnNetwork([emptyBridge, isolated], joined, 'isolated')), []);
    assert.deepEqual(auditOwnNetwork([], { networks: ['none'] }, 'none'), []);
  });

  it('is critical when an engine left something out, made another kind, or joined another network', () => {
    const wrong: readonly [NetworkFacts, 'open' | 'isolated'][] = [
      [{ ...isolated, internal: false }, 'isolated'],
      [{ ...isolated, driver: 'bridge' }, 'isolated'],
      [emptyBridge, 'isolated'],
      [{ ...open, driver: 'host' }, 'open'],
      [{ ...open, name: 'another' }, 'open'],
    ];
    for (const [network, mode] of wrong)
      assert.deepEqual(
        auditOwnNetwork([network], joined, mode).flatMap(({ ok, id, severity }) =>
          ok ? [] : `${id} ${severity}`,
        ),
        ['network-kind critical'],
      );
    assert.deepEqual(failedIds(auditOwnNetwork([{ ...open, ipv6: true }], joined, 'open')), ['network-ipv6']);
  });
});

describe('what the benchmark asks for beyond the profile', () => {
  const spec = tinySpec('test');
  const facts = compliantFacts(spec);
  const context = {
    ...{ commands: [{ privileged: false, user: '' }], hasAppArmor: true, rootlessEngine: false },
    currentImageId: facts.imageId,
  };
  const failedIn = (part: Partial<typeof facts>, other: Partial<Parameters<typeof auditHygiene>[2]> = {}) =>
    failedIds(auditHygiene({ ...facts, ...part }, spec, { ...context, ...other }));

  it('holds for a container as specified', () => {
    assert.deepEqual(failedIn({}), []);
    assert.deepEqual(failedIn({ appArmorProfile: '' }, { hasAppArmor: false }), []);
    assert.deepEqual(failedIn({ imageId: 'abc' }, { currentImageId: 'sha256:abc' }), []);
  });

  it('finds what was changed', () => {
    assert.deepEqual(failedIn({ appArmorProfile: '' }), ['apparmor']);
    assert.deepEqual(failedIn({ appArmorProfile: 'unconfined' }), ['apparmor']);
    assert.deepEqual(failedIn({ cgroupParent: '/system.slice' }), ['cgroup-parent']);
    assert.deepEqual(failedIn({ imageId: 'sha256:other' }), ['image']);
    assert.deepEqual(failedIn({}, { currentImageId: undefined }), ['image']);
    assert.deepEqual(failedIn({}, { commands: [{ privileged: true, user: '1000' }] }), [
      'privileged-commands',
    ]);
    for (const user of ['0', '0:0', 'root', 'root:root'])
      assert.deepEqual(failedIn({}, { commands: [{ privileged: false, user }] }), ['root-commands'], user);
  });

  it('names variables that look like secrets, and no others', () => {
    const secrets = [
      ...[
        'GITHUB_TOKEN',
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'DB_PASSWORD',
        'npm_token',
        'API_KEY',
      ],
      ...['STRIPE_SECRET', 'SSH_AUTH_SOCK', 'DATABASE_URL', 'PGPASSWORD', 'OPENAI_API_KEY', 'MY_PAT'],
    ];
    const innocent = [
      ...[
        'PATH',
        'HOME',
        'PWD',
        'LANG',
        'NODE_VERSION',
        'GPG_KEY',
        'CORDON_WORKSPACE_ID',
        'TERM',
        'KEYBOARD',
      ],
      ...['YARN_VERSION', 'PASSAGE', 'TOKENIZER', 'AUTHOR', 'PATTERN'],
    ];
    for (const name of secrets) assert.deepEqual(failedIn({ environmentNames: [name] }), ['secrets'], name);
    assert.deepEqual(failedIn({ environmentNames: innocent }), []);
    const [finding] = auditHygiene({ ...facts, environmentNames: ['MY_TOKEN'] }, spec, context).filter(
      ({ ok }) => !ok,
    );
    assert.equal(finding?.actual, 'MY_TOKEN');
  });
});

describe('addresses of this machine', () => {
  it('are those at which others, or its containers, reach it', () => {
    const of = (family: 'IPv4' | 'IPv6', address: string, internal = false) =>
      ({ family, address, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as never;
    assert.deepEqual(
      hostAddresses({
        lo: [of('IPv4', '127.0.0.1', true), of('IPv6', '::1', true), of('IPv4', '192.0.2.8', true)],
        eth0: [of('IPv4', '192.0.2.7'), of('IPv6', 'fe80::1')],
        gone: undefined,
      }),
      ['192.0.2.8', '192.0.2.7', 'fe80::1'],
    );
  });
});
