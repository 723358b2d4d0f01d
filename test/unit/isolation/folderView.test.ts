import assert from 'node:assert/strict';
import { folderView, viewOptions } from '../../../src/isolation/folderView.ts';
import { auditMounts } from '../../../src/isolation/mountsAudit.ts';
import { auditInside, probePlan } from '../../../src/isolation/probe/insideAudit.ts';
import { parseProbeAnswer } from '../../../src/isolation/probe/probeAnswer.ts';
import { auditView, isSameView } from '../../../src/isolation/viewAudit.ts';
import { compliantFacts } from '../../support/compliantFacts.ts';
import { probeLines } from '../../support/probeText.ts';
import { tinySpec } from '../../support/tinySpec.ts';
import { failsWith } from '../../support/engine.ts';

const places = { lower: '/g/r/1/lower', upper: '/g/r/1/upper', work: '/g/r/1/work' };
const id = '0123456789abcdef0123456789abcdef';

describe('the view of a folder', () => {
  it('is mounted with options in which nothing of the folder’s name appears', () => {
    const view = folderView(id, '/evil,suid:upperdir=/etc', places);
    assert.equal(view.volume, `cordon-view-${id}`);
    assert.deepEqual(viewOptions(view), {
      type: 'overlay',
      device: 'overlay',
      o: 'nosuid,nodev,lowerdir=/g/r/1/lower,upperdir=/g/r/1/upper,workdir=/g/r/1/work,redirect_dir=off,metacopy=off,index=off',
    });
  });

  it('is refused where its own places could be taken for options', () => {
    for (const name of ['a,b', 'a:b', 'a\\b', 'a"b', 'a b', 'a\nb', 'a=b'])
      assert.throws(
        () => folderView(id, '/folder', { ...places, upper: `/home/${name}/upper` }),
        failsWith('invalidRequest'),
      );
    assert.equal(
      folderView(id, '/f', { ...places, upper: '/home/한국/.vs-code_1+2@3~/u' }).volume.length,
      44,
    );
  });

  it('is another one as soon as its volume mounts anything else, or is somebody else’s', () => {
    const view = folderView(id, '/folder', places);
    const facts = { name: view.volume, driver: 'local', options: viewOptions(view), workspaceId: id };
    const o = facts.options['o']!;
    assert.equal(isSameView(facts, view, id), true);
    const others = [
      { ...facts, workspaceId: '' },
      { ...facts, driver: 'other' },
      { ...facts, name: 'other' },
      { ...facts, options: {} },
      { ...facts, options: { ...facts.options, more: 'x' } },
      { ...facts, options: { ...facts.options, o: o.replace('nosuid,', '') } },
      { ...facts, options: { type: 'none', device: '/folder', o: 'bind' } },
    ];
    for (const other of others) assert.equal(isSameView(other, view, id), false, JSON.stringify(other));
  });

  it('is what the audits ask for: its volume and nothing beside it, an overlay of the very layers inside', () => {
    const view = folderView(id, '/folder', places);
    const spec = tinySpec('test', { view });
    const statusOf = (name: string, findings: readonly { id: string; ok: boolean }[]) =>
      findings.find((finding) => finding.id === name)?.ok;
    const mountsOf = (mounts: ReturnType<typeof compliantFacts>['mounts']) =>
      statusOf('mounts', auditMounts({ ...compliantFacts(spec), mounts }, spec));
    const { mounts } = compliantFacts(spec);
    const [seen] = mounts.filter(({ type }) => type === 'volume');
    const folder = { ...seen!, type: 'bind', source: '/folder', propagation: 'rprivate' };
    assert.equal(mountsOf(mounts), true);
    assert.equal(mountsOf([...mounts, { ...folder, target: '/real' }]), false);
    assert.equal(mountsOf(mounts.map((mount) => (mount === seen ? folder : mount))), false);
    assert.equal(mountsOf(mounts.map((mount) => (mount === seen ? { ...seen, volume: 'x' } : mount))), false);
    assert.equal(statusOf('folder-view', auditView(undefined, spec)), false);
    const inside = (change: (line: string) => string) => {
      const answer = parseProbeAnswer(`${probeLines(spec).map(change).join('\n')}\n`)!;
      const context = {
        network: 'none',
        plan: probePlan(spec, 'none', { targets: [] }),
        rootlessEngine: false,
        ownKernel: false,
      } as const;
      return statusOf('inside-view', auditInside({ ...context, spec }, { answer }));
    };
    assert.equal(
      inside((line) => line),
      true,
    );
    assert.equal(
      inside((line) => line.replace('/workspace rw,nosuid', '/workspace rw')),
      false,
    );
    assert.equal(
      inside((line) => line.replace('lowerdir=/g/r/1/lower', 'lowerdir=/etc')),
      false,
    );
    assert.equal(
      inside((line) => line.replace(/(workspace .*) - overlay overlay/, '$1 - ext4 /dev/vda')),
      false,
    );
  });
});
