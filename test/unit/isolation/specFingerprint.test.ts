import assert from 'node:assert/strict';
import { specFingerprint } from '../../../src/isolation/specFingerprint.ts';
import { tinySpec } from '../../support/engine.ts';

describe('fingerprint of a specification', () => {
  const spec = tinySpec('w1');
  const limits = (part: Partial<typeof spec.limits>) => ({ ...spec, limits: { ...spec.limits, ...part } });

  it('stays when only that changes which an engine can change in place', () => {
    const inPlace = [
      { ...spec, name: 'other', hostname: 'other', labels: {} },
      { ...spec, env: { CORDON_WORKSPACE_NAME: 'other' } },
      limits({ cpus: 2, memoryMiB: 64, pids: 32 }),
    ];
    for (const other of inPlace) assert.equal(specFingerprint(other), specFingerprint(spec));
  });

  it('stays when another main process keeps the container alive', () => {
    const { command, healthcheck, ...withoutSleep } = spec;
    assert.ok(command);
    assert.equal(specFingerprint(withoutSleep), specFingerprint(spec));
    assert.equal(specFingerprint({ ...spec, healthcheck: ['true'] }), specFingerprint(spec));
  });

  it('changes with everything else', () => {
    const others = [
      { ...spec, image: 'other' },
      { ...spec, env: { A: 'b' } },
      { ...spec, readOnlyPaths: ['/workspace/.git/hooks'] },
      { ...spec, maskedPaths: ['/workspace/.env'] },
      { ...spec, mounts: [{ source: '/a', target: '/workspace', readOnly: false }] },
      { ...spec, capabilities: ['CHOWN'] },
      { ...spec, user: { uid: 1, gid: 1 } },
      limits({ openFiles: 1 }),
    ];
    const all = [spec, ...others].map(specFingerprint);
    assert.equal(new Set(all).size, all.length);
  });
});
