import assert from 'node:assert/strict';
import { proxyEnvironment } from '../../../../src/isolation/egress/proxyEnvironment.ts';
import { proxyPort } from '../../../../src/isolation/egress/proxyHost.ts';

describe('the environment of a workspace with a filtered network', () => {
  const environment = proxyEnvironment('10.213.0.3');

  it('names the proxy in both cases, and what never goes through it', () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'])
      assert.equal(environment[name], `http://10.213.0.3:${proxyPort}`);
    for (const name of ['no_proxy', 'NO_PROXY']) assert.equal(environment[name], 'localhost,127.0.0.1,::1');
  });

  it('tells the programs that look elsewhere', () => {
    for (const name of [
      'npm_config_proxy',
      'npm_config_https_proxy',
      'YARN_HTTPS_PROXY',
      'CARGO_HTTP_PROXY',
      'PIP_PROXY',
    ])
      assert.equal(environment[name], `http://10.213.0.3:${proxyPort}`);
    for (const name of ['GRADLE_OPTS', 'MAVEN_OPTS'])
      assert.ok(environment[name]?.includes(`-Dhttps.proxyHost=10.213.0.3 -Dhttps.proxyPort=${proxyPort}`));
    assert.equal(environment['NODE_USE_ENV_PROXY'], '1');
  });

  it('says nothing that a shell takes for more than words, as wrappers of Gradle have one read it', () => {
    for (const value of Object.values(environment)) assert.match(value, /^[\w./:,= @+-]*$/);
  });
});
