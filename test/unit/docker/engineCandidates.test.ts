import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { engineCandidates, type Surroundings } from '../../../src/docker/engineCandidates.ts';
import { engineEndpoint } from '../../../src/docker/engineEndpoint.ts';

const linux: Surroundings = {
  setting: '',
  env: {},
  platform: 'linux',
  home: '/home/me',
  uid: 1000,
  readFile: () => Promise.resolve(undefined),
};
const endpoints = async (around: Partial<Surroundings>) =>
  (await engineCandidates({ ...linux, ...around })).map(({ endpoint }) => endpoint);

/** A reader of exactly these files. */
const files = (contents: Record<string, string>) => (path: string) => Promise.resolve(contents[path]);

const meta = (docker: object) => JSON.stringify({ Name: 'x', Endpoints: { docker } });
const hashOf = (name: string) => createHash('sha256').update(name).digest('hex');

describe('where an engine is looked for', () => {
  it('is the setting before all else, then DOCKER_HOST, and nowhere else', async () => {
    const env = { DOCKER_HOST: 'tcp://h:2375', DOCKER_CONTEXT: 'other' };
    assert.deepEqual(await endpoints({ setting: ' unix:///a.sock ', env }), ['unix:///a.sock']);
    assert.deepEqual(await endpoints({ env }), ['tcp://h:2375']);
    const [chosen] = await engineCandidates({ ...linux, env });
    assert.equal(chosen?.isExplicit, true);
    assert.equal(chosen.chosenBecause, 'DOCKER_HOST');
  });

  it('is, on Linux, the rootful and rootless places of Docker and Podman', async () => {
    assert.deepEqual(await endpoints({}), [
      'unix:///var/run/docker.sock',
      'unix:///run/user/1000/docker.sock',
      'unix:///home/me/.docker/run/docker.sock',
      'unix:///home/me/.docker/desktop/docker.sock',
      'unix:///home/me/.colima/default/docker.sock',
      'unix:///home/me/.rd/docker.sock',
      'unix:///run/user/1000/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ]);
    const all = await endpoints({ env: { XDG_RUNTIME_DIR: '/run/me' } });
    assert.equal(all.includes('unix:///run/me/docker.sock'), true);
    assert.equal((await endpoints({ uid: undefined })).length, 6);
  });

  it('is, on macOS, also the machine of Podman', async () => {
    const all = await endpoints({ platform: 'darwin', home: '/Users/me', env: { TMPDIR: '/var/tmp1/' } });
    assert.deepEqual(all, [
      'unix:///var/run/docker.sock',
      'unix:///Users/me/.docker/run/docker.sock',
      'unix:///Users/me/.docker/desktop/docker.sock',
      'unix:///Users/me/.colima/default/docker.sock',
      'unix:///Users/me/.rd/docker.sock',
      'unix:///Users/me/.local/share/containers/podman/machine/podman.sock',
      'unix:///var/tmp1/podman/podman-machine-default-api.sock',
    ]);
  });

  it('is, on Windows, a pipe', async () => {
    const candidates = await engineCandidates({ ...linux, platform: 'win32', home: 'C:\\Users\\me' });
    assert.deepEqual(
      candidates.map(({ target }) => target),
      [
        { kind: 'socket', path: '//./pipe/docker_engine' },
        { kind: 'socket', path: '//./pipe/dockerDesktopLinuxEngine' },
        { kind: 'socket', path: '//./pipe/podman-machine-default' },
      ],
    );
  });

  it('is the context of the docker command, with its certificates', async () => {
    const folder = '/home/me/.docker';
    const tls = `${folder}/contexts/tls/${hashOf('far')}/docker`;
    const readFile = files({
      [`${folder}/config.json`]: '{"currentContext":"far","auths":{}}',
      [`${folder}/contexts/meta/${hashOf('far')}/meta.json`]: meta({
        Host: 'tcp://far:2376',
        SkipTLSVerify: false,
      }),
      [`${tls}/ca.pem`]: 'certificate',
    });
    const [first, ...others] = await engineCandidates({ ...linux, readFile });
    assert.deepEqual(first, {
      endpoint: 'tcp://far:2376',
      chosenBecause: 'the Docker context “far”',
      isExplicit: false,
      target: { kind: 'tcp', host: 'far', port: 2376, isTls: true },
      tls: { ca: `${tls}/ca.pem`, cert: `${tls}/cert.pem`, key: `${tls}/key.pem`, isVerified: true },
    });
    assert.equal(others.length, 8);
    const meant = await engineCandidates({ ...linux, readFile, env: { DOCKER_CONTEXT: 'far' } });
    assert.deepEqual(meant, [{ ...first, isExplicit: true }]);
    const none = await engineCandidates({ ...linux, readFile, env: { DOCKER_CONTEXT: 'default' } });
    assert.equal(none[0]?.endpoint, 'unix:///var/run/docker.sock');
  });

  it('finds the context of Windows and of another configuration folder', async () => {
    const readFile = files({
      [`C:\\c\\contexts\\meta\\${hashOf('w')}\\meta.json`]: meta({ Host: 'npipe:////./pipe/x' }),
    });
    const env = { DOCKER_CONFIG: 'C:\\c', DOCKER_CONTEXT: 'w' };
    assert.deepEqual(await endpoints({ platform: 'win32', env, readFile }), ['npipe:////./pipe/x']);
  });

  it('says what is wrong with a context that is missing or damaged', async () => {
    for (const content of [undefined, 'not json', '{}', '{"Endpoints":{"docker":{"Host":7}}}']) {
      const path = `/home/me/.docker/contexts/meta/${hashOf('x')}/meta.json`;
      const readFile = files(content === undefined ? {} : { [path]: content });
      const [only, ...others] = await engineCandidates({ ...linux, env: { DOCKER_CONTEXT: 'x' }, readFile });
      assert.equal(others.length, 0);
      assert.match('problem' in only!.target ? only!.target.problem : '', /“x” does not exist or is damaged/);
    }
  });

  it('takes certificates from the environment', async () => {
    const env = { DOCKER_HOST: 'tcp://h:2376', DOCKER_CERT_PATH: '/certs', DOCKER_TLS_VERIFY: '1' };
    const [candidate] = await engineCandidates({ ...linux, env });
    assert.deepEqual(candidate?.tls, {
      ca: '/certs/ca.pem',
      cert: '/certs/cert.pem',
      key: '/certs/key.pem',
      isVerified: true,
    });
    const [home] = await engineCandidates({
      ...linux,
      env: { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1' },
    });
    assert.equal(home?.tls?.ca, '/home/me/.docker/ca.pem');
  });
});

describe('an engine’s address', () => {
  it('is taken apart', () => {
    const cases = {
      'unix:///var/run/docker.sock': { kind: 'socket', path: '/var/run/docker.sock' },
      'npipe:////./pipe/docker_engine': { kind: 'socket', path: '//./pipe/docker_engine' },
      'npipe://\\\\.\\pipe\\docker_engine': { kind: 'socket', path: '//./pipe/docker_engine' },
      'tcp://127.0.0.1:2375': { kind: 'tcp', host: '127.0.0.1', port: 2375, isTls: false },
      'tcp://h': { kind: 'tcp', host: 'h', port: 2375, isTls: false },
      'http://h:80': { kind: 'tcp', host: 'h', port: 80, isTls: false },
      'https://h': { kind: 'tcp', host: 'h', port: 2376, isTls: true },
      'tcp://[::1]:2375/': { kind: 'tcp', host: '[::1]', port: 2375, isTls: false },
      'ssh://me@h:22': { kind: 'ssh', host: 'me@h', port: 22 },
      'SSH://h': { kind: 'ssh', host: 'h', port: undefined },
    };
    for (const [text, expected] of Object.entries(cases))
      assert.deepEqual(engineEndpoint(text), expected, text);
  });

  it('is refused in one sentence when it is none, and no password is repeated', () => {
    const wrong = [
      '',
      'docker.sock',
      '/var/run/docker.sock',
      'unix://relative.sock',
      'npipe://docker_engine',
      'tcp://',
      'tcp://h:99999',
      'tcp://h/prefix',
      'tcp://me:secret@h',
      'ssh://me:secret@h',
      'ssh://-oProxyCommand=x',
      'ssh://h/path',
      'ftp://h',
    ];
    for (const text of wrong) {
      const result = engineEndpoint(text);
      assert.equal('problem' in result, true, text);
      assert.doesNotMatch('problem' in result ? result.problem : '', /secret/);
    }
  });
});
