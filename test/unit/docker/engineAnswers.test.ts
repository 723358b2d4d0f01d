import assert from 'node:assert/strict';
import fc from 'fast-check';
import { containerFacts } from '../../../src/docker/containerFacts.ts';
import { refuseForGood } from '../../../src/docker/endedStart.ts';
import { containerState, managedContainers } from '../../../src/docker/managedContainers.ts';
import { PullProgress, pullFailure } from '../../../src/docker/pullProgress.ts';
import { EngineRefusal, refusalError } from '../../../src/docker/engineErrors.ts';
import { CordonError } from '../../../src/shared/errors.ts';
import { endedState } from '../../../src/workspaces/containerState.ts';
import { UnstartableContainer } from '../../../src/workspaces/unstartableContainer.ts';
import { failsWith } from '../../support/engine.ts';

const minimal = {
  Id: 'c1',
  State: { Running: true },
  Config: {},
  HostConfig: { Privileged: false },
  NetworkSettings: {},
};

describe('what an inspect proves', () => {
  it('is told in our words', () => {
    const facts = containerFacts({
      ...minimal,
      Unknown: 1,
      AppArmorProfile: 'docker-default',
      ProcessLabel: 'system_u:system_r:container_t:s0',
      Config: { User: '1:2', Healthcheck: { Test: ['CMD', 'true'] } },
      HostConfig: {
        Privileged: true,
        CapAdd: ['CAP_NET_RAW', 'SYS_ADMIN'],
        PidMode: 'host',
        IpcMode: 'container:x',
        UTSMode: 'host',
        CgroupnsMode: 'host',
        NetworkMode: 'host',
        UsernsMode: 'host',
        Runtime: 'runsc',
        BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 5 }],
        BlkioDeviceWriteBps: [{ Path: '/dev/sdb', Rate: 7 }],
        Devices: [{}],
        DeviceRequests: [{}],
        PortBindings: { '80/tcp': [{}], '81/tcp': [] },
      },
      NetworkSettings: { Ports: { '80/tcp': [{}], '82/tcp': null }, Networks: { a: {}, b: {} } },
    });
    assert.deepEqual(facts.capabilitiesAdded, ['NET_RAW', 'SYS_ADMIN']);
    assert.deepEqual(facts.sharedNamespaces, ['pid', 'ipc', 'network', 'uts', 'cgroup', 'user']);
    assert.deepEqual(
      [facts.runtime, facts.appArmorProfile, facts.processLabel],
      ['runsc', 'docker-default', 'system_u:system_r:container_t:s0'],
    );
    assert.deepEqual(facts.diskLimits, [
      { device: '/dev/sda', direction: 'read', bytesPerSecond: 5 },
      { device: '/dev/sdb', direction: 'write', bytesPerSecond: 7 },
    ]);
    assert.equal(facts.devices, 2);
    assert.equal(facts.publishedPorts, 1);
    assert.deepEqual(facts.networks, ['a', 'b']);
    assert.equal(facts.privileged && facts.hasHealthcheck, true);
  });

  it('is nothing good where the engine says nothing', () => {
    const facts = containerFacts(minimal);
    assert.deepEqual(
      [facts.readOnlyRoot, facts.init, facts.hasHealthcheck, facts.memoryBytes, facts.pidsLimit],
      [false, false, false, 0, 0],
    );
    assert.equal(facts.exitCode, undefined);
    assert.equal(
      containerFacts({ ...minimal, HostConfig: { Privileged: false, PublishAllPorts: true } }).publishedPorts,
      1,
    );
  });

  it('is an error when the answer is damaged, never a guess', () => {
    const damaged = [
      undefined,
      null,
      [],
      'text',
      {},
      { ...minimal, HostConfig: {} },
      { ...minimal, State: { Running: 'yes' } },
      { ...minimal, HostConfig: { Privileged: false, CapAdd: 'ALL' } },
    ];
    for (const answer of damaged) assert.throws(() => containerFacts(answer), failsWith('engineFailed'));
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        try {
          containerFacts(answer);
        } catch (error) {
          assert.ok(error instanceof CordonError);
        }
      }),
    );
  });
});

describe('a list of containers', () => {
  it('keeps our own, whatever else their labels hold', () => {
    const entry = {
      Id: 'c1',
      Names: ['/cordon-a'],
      State: 'exited',
      Status: 'Exited (2) 5 minutes ago',
      Created: 17,
      Labels: { 'cordon.workspace.id': 'w1', 'cordon.workspace.record': '{"broken' },
    };
    const { containers: list } = managedContainers([
      entry,
      { ...entry, Labels: {} },
      { ...entry, Id: 5 },
      null,
      'x',
    ]);
    assert.equal(list.length, 1);
    assert.deepEqual(
      [list[0]?.name, list[0]?.record, list[0]?.createdAtSeconds],
      ['cordon-a', '{"broken', 17],
    );
    assert.throws(() => managedContainers({}), failsWith('engineFailed'));
  });

  it('takes a role that is empty for none, and a container with any other for no workspace’s own', () => {
    const entry = { Names: ['/cordon-a'], State: 'running', Created: 17 };
    const list = ['', 'proxy', 'copy', 'x'].map((role) => ({
      ...{ ...entry, Id: role || 'none' },
      Labels: { 'cordon.workspace.id': 'w1', 'cordon.role': role },
    }));
    const { containers, proxies } = managedContainers(list);
    assert.deepEqual(
      [containers, proxies].map((found) => found.map(({ id }) => id)),
      [['none'], ['proxy']],
    );
  });

  it('tells each state of an engine', () => {
    const kinds = (state: string, status = '') => {
      const result = containerState('c', state, status);
      return 'exitCode' in result ? `${result.kind} ${result.exitCode ?? ''}` : result.kind;
    };
    assert.equal(kinds('running'), 'running');
    assert.equal(kinds('paused'), 'paused');
    assert.equal(kinds('created'), 'creating');
    assert.equal(kinds('removing'), 'stopping');
    assert.equal(kinds('restarting'), 'stopping');
    assert.equal(kinds('dead'), 'failed');
    assert.equal(kinds('exited', 'Exited (0) now'), 'stopped 0');
    assert.equal(kinds('exited', 'Exited (143) now'), 'stopped 143');
    assert.equal(kinds('exited', 'Exited (137) now'), 'stopped 137');
    assert.equal(kinds('exited', 'Exited (1) now'), 'failed 1');
    assert.equal(kinds('exited'), 'stopped');
    assert.equal(kinds('something new'), 'unknown');
    // in the words of an event that tells of the same
    assert.deepEqual(containerState('c', 'exited', 'Exited (7) now'), endedState('c', 7));
  });
});

describe('what an engine refuses', () => {
  const refused = (status: number, message: string, about = {}) =>
    refusalError(new EngineRefusal(status, message), about);

  it('becomes a sentence that says what to do', () => {
    const cases: [CordonError, CordonError['code'], RegExp][] = [
      [refused(500, 'mkdir /x: no space left on device'), 'engineFailed', /disk space/],
      [
        refused(500, 'could not find an available, non-overlapping IPv4 address pool'),
        'engineFailed',
        /address/,
      ],
      [
        refused(500, 'all predefined address pools have been fully subnetted'),
        'engineFailed',
        /Remove networks/,
      ],
      [
        refused(400, 'invalid mount config for type "bind": bind source path does not exist: /a b'),
        'folderNotFound',
        /\/a b/,
      ],
      [refused(404, 'No such image: x:1', { image: 'x:1' }), 'imageNotFound', /x:1/],
      [refused(404, 'No such container: abc'), 'notRunning', /not run/],
      [refused(409, 'Container abc is not running'), 'notRunning', /not run/],
      [refused(500, 'Cannot pause container abc: cannot pause a stopped container'), 'notRunning', /not run/],
      [refused(500, 'OCI runtime pause failed: container not running: unknown'), 'notRunning', /not run/],
      [refused(400, 'cannot exec in a paused state: unknown'), 'notRunning', /not run/],
      [
        refused(400, 'OCI runtime exec failed: exec failed: cannot exec in a paused container'),
        'notRunning',
        /not run/,
      ],
      [refused(404, 'network cordon-n-7211990b not found'), 'conflict', /network/],
      [
        refused(400, 'network cordon-n-7211990b is ambiguous (2 matches found on name)'),
        'conflict',
        /window/,
      ],
      [refused(409, 'container is marked for removal and cannot be started'), 'conflict', /removing/],
      [refused(409, 'removal of container abc is already in progress'), 'conflict', /removing/],
      [refused(409, 'Container abc is paused, unpause the container before exec'), 'notRunning', /not run/],
      [refused(409, 'The container name "/n" is already in use', { name: 'n' }), 'conflict', /“n”/],
      [refused(409, 'network with name n already exists', { name: 'n' }), 'conflict', /“n”/],
      [refused(500, 'Bind for 0.0.0.0:80 failed: port is already allocated'), 'portInUse', /port/],
      [
        refused(400, 'exec: "zsh": executable file not found in $PATH', { program: 'zsh' }),
        'invalidRequest',
        /zsh/,
      ],
      [refused(500, 'something else'), 'engineFailed', /something else/],
      [refused(500, ''), 'engineFailed', /500/],
    ];
    for (const [error, code, sentence] of cases) {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, sentence);
    }
  });

  it('is a container that can never be started where its start was half done when the engine ended', () => {
    const told = refused(500, 'AlreadyExists: task 6f0c: already exists: unknown');
    assert.throws(() => refuseForGood(told), UnstartableContainer);
    const another = refused(500, 'something else');
    assert.throws(() => refuseForGood(another), another);
  });

  it('never carries control characters, further lines or an endless text into the sentence', () => {
    const { message } = refused(500, `bad\u001b[31m\u202e ${'x'.repeat(5000)}\nsecond line`);
    // eslint-disable-next-line no-control-regex -- control characters are what must be missing
    assert.doesNotMatch(message, /[\u0000-\u001f\u202e]|second/);
    assert.equal(message.length < 260, true);
  });
});

describe('a pull', () => {
  it('tells how many layers are there and how much of the bytes', () => {
    const told: [string, number | undefined][] = [];
    const progress = new PullProgress('x:1', {
      onProgress: (message, fraction) => told.push([message, fraction]),
    });
    const lines = [
      { status: 'Pulling from x', id: '1' },
      { status: 'Pulling fs layer', id: 'a' },
      { status: 'Pulling fs layer', id: 'b' },
      { status: 'Downloading', id: 'a', progressDetail: { current: 50, total: 100 } },
      { status: 'Download complete', id: 'a', progressDetail: {} },
      { status: 'Extracting', id: 'a', progressDetail: { current: 100, total: 100 } },
      { status: 'Pull complete', id: 'a', progressDetail: {} },
      { status: 'Already exists', id: 'b' },
      { status: 'Status: Downloaded newer image' },
      'nonsense',
      null,
    ];
    for (const line of lines) progress.take(line);
    assert.deepEqual(
      told.map(([, fraction]) => fraction),
      [undefined, undefined, 0.25, 0.5, 1, 1, 1],
    );
    assert.equal(told.at(-1)?.[0], 'Pulling x:1: 2 of 2 layers');
  });

  it('fails with the reason in short', () => {
    const progress = new PullProgress('x:1', { onProgress: () => undefined });
    const failure = (words: string) => {
      try {
        progress.take({ errorDetail: {}, error: words });
      } catch (error) {
        return pullFailure('x:1', error);
      }
      throw new Error('did not fail');
    };
    const cases: [string, CordonError['code'], RegExp][] = [
      ['Get "https://r/v2/": dial tcp: lookup r: no such host', 'imagePullFailed', /cannot be resolved/],
      ['dial tcp 1.2.3.4:443: connect: connection refused', 'imagePullFailed', /refused/],
      ['dial tcp 1.2.3.4:443: i/o timeout', 'imagePullFailed', /cannot be reached/],
      ['x509: certificate signed by unknown authority', 'imagePullFailed', /certificate/],
      ['pull access denied for x, repository does not exist', 'imagePullFailed', /sign in/],
      ['toomanyrequests: You have reached your pull rate limit', 'imagePullFailed', /no more pulls/],
      ['write /var: no space left on device', 'imagePullFailed', /disk space/],
      ['manifest for x:1 not found: manifest unknown', 'imageNotFound', /x:1/],
      ['who knows.', 'imagePullFailed', /who knows\. You can choose/],
    ];
    for (const [words, code, sentence] of cases) {
      const error = failure(words);
      assert.equal(error.code, code, words);
      assert.match(error.message, sentence);
      assert.match(error.message, /x:1.*local image/);
    }
  });
});
