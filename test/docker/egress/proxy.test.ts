import assert from 'node:assert/strict';
import { startProxyBench, type ProxyBench } from '../../support/internet/proxyBench.ts';
import { internetAddresses, privateAddresses } from '../../support/internet/testInternet.ts';

const [address, otherAddress, sixAddress] = internetAddresses;
const at = (...addresses: readonly string[]) => ({ answers: [addresses] });
const noInternet = {
  ten: ['10.99.99.99'],
  metadata: ['169.254.169.254'],
  shared: ['100.100.100.200'],
  home: ['192.168.77.7'],
  loopback: ['127.0.0.1'],
  zero: ['0.0.0.0'],
  multicast: ['224.0.0.1'],
  broadcast: ['255.255.255.255'],
  both: [address, '10.99.99.99'],
  six: ['::1'],
  bothkinds: [address, 'fd00::1'],
  local: ['fe80::1'],
  unique: ['fd00::1'],
  mapped: ['::ffff:10.99.99.99'],
  translated: ['64:ff9b::a63:6363'],
  tunnelled: ['2002:a63:6363::1'],
} as const;

const changingNames = Array.from({ length: 12 }, (_, index) => `n${index}.changing.example.test`);
/** One that is allowed and one that is not, by turns. */
const turns = Array.from({ length: 100 }, (_, index) => [index % 2 ? '10.99.99.99' : address]);

describe('the proxy of a filtered network', function () {
  this.timeout(60_000);
  let bench: ProxyBench;

  before(async function () {
    this.timeout(600_000);
    bench = await startProxyBench(
      {
        ...Object.fromEntries(
          ['a', 'port', 'x.wild', 'wild', 'no.wild', 'xwild', 'deb', 'mixed', 'xn--bcher-kva'].map((name) => [
            `${name}.example.test`,
            at(address),
          ]),
        ),
        'b.example.test': at(otherAddress),
        'six.example.test': at(sixAddress),
        'broken.example.test': { rcode: 'SERVFAIL' },
        ...Object.fromEntries(changingNames.map((name) => [name, { ttl: 0, answers: turns }])),
        ...Object.fromEntries(
          Object.entries(noInternet).map(([name, addresses]) => [
            `${name}.no.example.test`,
            at(...addresses),
          ]),
        ),
      },
      {
        allow: [
          'a.example.test',
          'port.example.test:8080',
          '*.wild.example.test',
          'GET deb.example.test/debian',
          'mixed.example.test',
          'mixed.example.test:8080',
          'bücher.example.test',
          'six.example.test',
          'gone.example.test',
          'broken.example.test',
          '*.changing.example.test',
          '*.no.example.test',
        ],
        deny: ['no.wild.example.test', 'POST mixed.example.test', 'mixed.example.test/secret'],
      },
    );
  });
  after(async () => {
    await bench.dispose();
  });
  // what refuses everything has not been tested
  afterEach(async () => {
    assert.equal(await bench.get('http://a.example.test/'), 200);
  });
  beforeEach(async () => {
    await bench.internet.received();
    await bench.internet.asked();
  });

  const nothingLeft = async (attempt: string) => {
    assert.deepEqual(await bench.reached(), [], attempt);
  };

  it('lets out to a name that is allowed, by HTTP and by a tunnel, and nowhere else', async () => {
    assert.equal(await bench.get('http://a.example.test/hello'), 200);
    assert.deepEqual(await bench.reached(), [`GET a.example.test/hello at ${address}`]);
    assert.match(
      await bench.internet.throughTunnel(bench.proxy.at, 'a.example.test:443', 'a.example.test'),
      /hello/,
    );
    assert.deepEqual(await bench.reached(), [`GET a.example.test/ at ${address}`]);
    assert.equal(await bench.get('http://b.example.test/'), 403);
    assert.equal(await bench.connect('b.example.test:443'), 403);
    await nothingLeft('b.example.test');
  });

  it('looks up no name that is not allowed, so that a name carries nothing out', async () => {
    for (const name of ['secret.b.example.test', 'secret.example.com', 'secret', '11.22.33.44']) {
      assert.equal(await bench.get(`http://${name}/`), 403);
      assert.equal(await bench.connect(`${name}:443`), 403);
    }
    assert.deepEqual(await bench.internet.asked(), []);
  });

  it('takes names in upper case and with a dot at the end for the same names', async () => {
    assert.equal(await bench.get('http://A.Example.TEST/'), 200);
    assert.equal(await bench.get('http://a.example.test./'), 200);
    assert.equal(await bench.connect('A.EXAMPLE.TEST.:443'), 200);
    await bench.internet.received();
    for (const name of [
      'NO.WILD.example.test',
      'no.wild.example.test.',
      'No.Wild.Example.Test.',
      'no.wild.example.test..',
    ]) {
      assert.ok([400, 403].includes((await bench.get(`http://${name}/`)) ?? 0), name);
      assert.ok([400, 403].includes((await bench.connect(`${name}:443`)) ?? 0), name);
    }
    await nothingLeft('a denied name');
  });

  it('takes a pattern for the names below it, not for the name itself or one that ends alike', async () => {
    assert.equal(await bench.get('http://x.wild.example.test/'), 200);
    for (const name of [
      'wild.example.test',
      'xwild.example.test',
      'no.wild.example.test',
      'x.wild.example.test.b.example.test',
    ])
      assert.equal(await bench.get(`http://${name}/`), 403, name);
  });

  it('knows names with Unicode by what is looked up, and lets no other spelling out', async () => {
    assert.equal(await bench.get('http://xn--bcher-kva.example.test/'), 200);
    await bench.internet.received();
    await bench.internet.asked();
    const spellings = [
      'bücher.example.test',
      'а.example.test',
      'ａ.example.test',
      'a。example.test',
      'a.example.test\u00ad',
      'a\u200b.example.test',
    ];
    for (const spelling of spellings.map((text) => Buffer.from(text).toString('latin1'))) {
      assert.ok([400, 403, undefined].includes(await bench.get(`http://${spelling}/`)), spelling);
      assert.ok([400, 403, undefined].includes(await bench.connect(`${spelling}:443`)), spelling);
    }
    await nothingLeft('Unicode');
    assert.deepEqual(await bench.internet.asked(), []);
  });

  it('lets out to no address, however it is written', async () => {
    const hosts = [
      ...[address, ...privateAddresses, '127.0.0.1', '[::1]', '[::ffff:11.22.33.44]', '[::ffff:b16:212c]'],
      // 11.22.33.44 as one number, in hexadecimal, in octal, and in fewer parts
      ...['186000684', '0xb16212c', '0xb.0x16.0x21.0x2c', '013.026.041.054', '11.22.8492', '01305420454'],
      ...[
        '11.22.33.44.',
        '11.22.33.044',
        '2130706433',
        '017700000001',
        '0',
        '0x7f.1',
        '11.22.33.44%00.a.example.test',
      ],
    ];
    for (const host of hosts) {
      assert.ok([400, 403, undefined].includes(await bench.get(`http://${host}/`)), host);
      assert.ok([400, 403, undefined].includes(await bench.connect(`${host}:443`)), host);
    }
    await nothingLeft('an address');
    assert.deepEqual(await bench.internet.asked(), []);
  });

  it('goes by the name after userinfo', async () => {
    for (const url of [
      'http://a.example.test@b.example.test/',
      'http://a.example.test:80@b.example.test/',
      'http://a.example.test%40b.example.test/',
      'http://b.example.test\\@a.example.test/',
      'http://b.example.test#@a.example.test/',
      'http://b.example.test?@a.example.test/',
      'http://b.example.test/@a.example.test/',
    ])
      assert.notEqual(await bench.get(url), 200, url);
    for (const to of ['a.example.test@b.example.test:443', 'a.example.test:443@b.example.test:443'])
      await bench.internet.throughTunnel(bench.proxy.at, to, 'a.example.test');
    assert.ok((await bench.reached()).every((line) => line.endsWith(address)));
  });

  it('makes tunnels to port 443 only, speaks HTTP to port 80 only, and to ports of rules', async () => {
    for (const port of [22, 25, 80, 8080, 8443, 0, 65536, 65979, -443])
      assert.ok([400, 403].includes((await bench.connect(`a.example.test:${port}`)) ?? 400), String(port));
    for (const port of [22, 443, 8080])
      assert.equal(await bench.get(`http://a.example.test:${port}/`), 403, String(port));
    assert.equal(await bench.get('http://port.example.test:8080/'), 200);
    assert.equal(await bench.connect('port.example.test:8080'), 200);
    assert.equal(await bench.get('http://port.example.test/'), 403);
    assert.equal(await bench.connect('port.example.test:443'), 403);
    assert.equal(await bench.connect('port.example.test:22'), 403);
  });

  it('holds rules with a method and a path to them', async () => {
    assert.equal(await bench.get('http://deb.example.test/debian'), 200);
    assert.equal(await bench.get('http://deb.example.test/debian/pool/a%2bb.deb'), 200);
    await bench.internet.received();
    for (const path of [
      '',
      '/',
      '/debian2',
      '/Debian',
      '/debian/../x',
      '/debian/%2e%2e/x',
      '/debian/.%2E/x',
      '/debian%2f..%2fx',
      '/debian/..;/x',
      '/debian\\..\\x',
      '/debian/%252e%252e/x',
      '/debian%3f/../../x',
      '/debian/%00/../x',
      '//debian',
      '/x?/debian',
      '/debian;v=1/x',
      '/debian#/x',
    ])
      assert.ok([400, 403].includes((await bench.get(`http://deb.example.test${path}`)) ?? 400), path);
    assert.equal(
      await bench.get('http://deb.example.test/debian', { method: 'POST', headers: 'Content-Length: 0\r\n' }),
      403,
    );
    assert.equal(await bench.get('http://deb.example.test/debian', { method: 'HEAD' }), 403);
    assert.equal(await bench.connect('deb.example.test:443'), 403);
    await nothingLeft('deb.example.test');
  });

  it('denies a method or a path of a name that is allowed otherwise', async () => {
    // nobody sees what is asked for in a tunnel
    for (const port of [80, 8080]) assert.equal(await bench.connect(`mixed.example.test:${port}`), 403);
    assert.equal(await bench.get('http://mixed.example.test:8080/secret'), 403);
    await nothingLeft('mixed.example.test');
    assert.equal(await bench.get('http://mixed.example.test/open'), 200);
    await bench.internet.received();
    assert.equal(
      await bench.get('http://mixed.example.test/open', { method: 'POST', headers: 'Content-Length: 0\r\n' }),
      403,
    );
    for (const method of ['post', 'Post', 'X'])
      assert.equal(await bench.get('http://mixed.example.test/open', { method }), 403, method);
    for (const method of ['DELETE', 'PROPFIND'])
      assert.equal(await bench.get('http://mixed.example.test/open', { method }), 200, method);
    assert.equal(await bench.get('http://mixed.example.test/open;v=1?a;b/c'), 200);
    await bench.internet.received();
    for (const path of [
      '/secret',
      '/secret#x',
      '/a#/../secret',
      '/;x/secret',
      '/open;v=1/../secret',
      '/;/secret',
      '/secret/x',
      '//secret',
      '/SECRET',
      '/%73ecret',
      '/a/../secret',
      '/secret?x',
      '/%2e/secret',
    ])
      assert.equal(await bench.get(`http://mixed.example.test${path}`), 403, path);
    await nothingLeft('mixed.example.test');
  });

  it('speaks HTTP and nothing else', async () => {
    for (const url of [
      'https://a.example.test/',
      'ftp://a.example.test/',
      'gopher://a.example.test/',
      'wais://a.example.test/',
      'urn:a.example.test',
      'whois://a.example.test/',
      'cache_object://a.example.test/info',
      'coap://a.example.test/',
      'file:///etc/passwd',
    ])
      assert.ok([400, 403, 501].includes((await bench.get(url)) ?? 400), url);
    await nothingLeft('another scheme');
  });

  it('tells nobody about itself', async () => {
    for (const line of [
      'GET /squid-internal-mgr/info',
      'GET http://cordon-proxy:3128/squid-internal-mgr/config',
      `GET http://${bench.proxy.at.host}:3128/squid-internal-mgr/menu`,
      'GET http://a.example.test/squid-internal-mgr/shutdown',
      'GET cache_object://localhost/config',
      'GET /squid-internal-static/icons/SN.png',
      'GET /squid-internal-dynamic/netdb',
      'PURGE http://a.example.test/',
    ]) {
      const said = await bench.internet.exchange(
        bench.proxy.at,
        `${line} HTTP/1.1\r\nHost: a.example.test\r\nConnection: close\r\n\r\n`,
      );
      assert.doesNotMatch(said, /^HTTP\/1\.1 200/, line);
      assert.doesNotMatch(said, /squid\/\d/i, line);
    }
  });

  it('tells servers nothing about the workspace, and replaces a Host that differs', async () => {
    assert.equal(
      (await bench.get('http://a.example.test/', { headers: 'Host: b.example.test\r\n' }).catch(() => 0)) !==
        0,
      true,
    );
    const status = await bench.statuses(
      'GET http://a.example.test/x HTTP/1.1\r\nHost: b.example.test\r\nConnection: close\r\n\r\n',
    );
    assert.deepEqual(status, [200]);
    const requests = await bench.internet.received();
    assert.ok(requests.length > 0);
    for (const { headers, address: reached } of requests) {
      assert.equal(headers['host'], 'a.example.test');
      assert.equal(reached, address);
      for (const name of ['via', 'x-forwarded-for', 'forwarded', 'x-client-ip'])
        assert.equal(headers[name], undefined, name);
    }
  });

  it('does not take a request in the form of a server for one to a name that is allowed', async () => {
    for (const request of [
      'GET / HTTP/1.1\r\nHost: a.example.test',
      'GET //a.example.test/ HTTP/1.1\r\nHost: a.example.test',
      'GET a.example.test HTTP/1.1\r\nHost: a.example.test',
      'GET * HTTP/1.1\r\nHost: a.example.test',
      'OPTIONS * HTTP/1.1\r\nHost: a.example.test',
      'GET http:///x HTTP/1.1\r\nHost: a.example.test',
      'GET http://:80/ HTTP/1.1\r\nHost: a.example.test',
    ])
      assert.ok(!(await bench.statuses(`${request}\r\nConnection: close\r\n\r\n`)).includes(200), request);
    await nothingLeft('the form of a server');
  });

  it('decides each request of a connection by itself', async () => {
    const request = (host: string) => `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    assert.deepEqual(
      await bench.statuses(request('a.example.test') + request('b.example.test') + request('a.example.test')),
      [200, 403, 200],
    );
    assert.ok((await bench.reached()).every((line) => line.startsWith('GET a.example.test/')));
  });

  it('lets no request hide in another one', async () => {
    const hidden = 'GET http://b.example.test/hidden HTTP/1.1\r\nHost: b.example.test\r\n\r\n';
    const post = (...headers: string[]) =>
      `POST http://a.example.test/ HTTP/1.1\r\nHost: a.example.test\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
    const chunked = `0\r\n\r\n${hidden}`;
    const attempts = [
      post('Content-Length: 4', 'Transfer-Encoding: chunked') + chunked,
      post('Transfer-Encoding: chunked', `Content-Length: ${chunked.length}`) + chunked,
      post('Transfer-Encoding : chunked', `Content-Length: ${chunked.length}`) + chunked,
      post('Transfer-Encoding: xchunked', `Content-Length: ${chunked.length}`) + chunked,
      post('Transfer-Encoding: chunked, identity', `Content-Length: ${chunked.length}`) + chunked,
      post('Transfer-Encoding:\u000bchunked', `Content-Length: ${chunked.length}`) + chunked,
      post('Transfer-Encoding: chunked', 'Transfer-Encoding: x', `Content-Length: ${chunked.length}`) +
        chunked,
      post('X: y\r\n Transfer-Encoding: chunked', `Content-Length: ${chunked.length}`) + chunked,
      post('Content-Length: 0', `Content-Length: ${hidden.length}`) + hidden,
      post(`Content-Length: ${hidden.length}, 0`) + hidden,
      post('Content-Length: +0') + hidden,
      post('Content-Length: -1') + hidden,
      post('Content-Length: 0x10') + hidden,
      post('Content-Length: 18446744073709551616') + hidden,
      post('X: y\nContent-Length: 0\n\n') + hidden,
      post('X: y\r\rContent-Length: 0') + hidden,
      post('Transfer-Encoding: chunked') + `4;\nxx\r\n${chunked}`,
      post('Transfer-Encoding: chunked') + `-1\r\n${chunked}`,
      post('Transfer-Encoding: chunked') + `fffffffffffffffff1\r\n${chunked}`,
      `GET http://a.example.test/ HTTP/1.1\r\nHost: a.example.test\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `GET http://a.example.test/ HTTP/1.1\r\nHost: a.example.test\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n${hidden}`,
      `GET http://a.example.test/ HTTP/1.1\nHost: a.example.test\n\n${hidden}`,
      `GET http://a.example.test/\r\n\r\n${hidden}`,
      `GET http://a.example.test/ x HTTP/1.1\r\nHost: a.example.test\r\n\r\n${hidden}`,
      `GET http://a.example.test/\u0000 HTTP/1.1\r\nHost: a.example.test\r\n\r\n${hidden}`,
      `GET\thttp://a.example.test/ HTTP/1.1\r\nHost: a.example.test\r\n\r\n${hidden}`,
      `CONNECT b.example.test:443 HTTP/1.1\r\nHost: a.example.test\r\n\r\n${hidden}`,
    ];
    for (const attempt of attempts) {
      await bench.internet.exchange(bench.proxy.at, attempt);
      for (const { url, headers, address: reached } of await bench.internet.received()) {
        assert.doesNotMatch(url, /hidden/, attempt);
        assert.equal(headers['host'], 'a.example.test', attempt);
        assert.equal(reached, address, attempt);
      }
    }
    assert.equal(await bench.get('http://a.example.test/'), 200);
  });

  it('cannot see into a tunnel, which all the same leads to the server of the name that was allowed', async () => {
    const said = await bench.internet.throughTunnel(bench.proxy.at, 'a.example.test:443', 'b.example.test');
    assert.match(said, /^HTTP\/1\.1 200/);
    const [request] = await bench.internet.received();
    assert.equal(request?.serverName, 'b.example.test');
    assert.equal(request.address, address);
  });

  it('lets out to no name that leads to an address outside of the internet', async () => {
    for (const name of Object.keys(noInternet)) {
      assert.equal(await bench.get(`http://${name}.no.example.test/`), 403, name);
      assert.equal(await bench.connect(`${name}.no.example.test:443`), 403, name);
    }
    await nothingLeft('no internet');
    const tries = await bench.proxy.tries();
    for (const name of Object.keys(noInternet)) {
      const reasons = tries
        .filter(({ host }) => host === `${name}.no.example.test`)
        .map(({ reason }) => reason);
      assert.deepEqual(reasons, ['address', 'address'], name);
    }
  });

  it('lets out to a name that has an address of IPv6 only', async () => {
    assert.equal(await bench.get('http://six.example.test/'), 200);
    assert.deepEqual(await bench.reached(), [`GET six.example.test/ at ${sixAddress}`]);
  });

  it('never follows a name that changes to a private address after it was looked at', async () => {
    const floods = changingNames.map((name) =>
      bench.internet.flood({ ...bench.proxy.at, url: `http://${name}/`, connections: 4, seconds: 20 }),
    );
    const seen = new Set((await Promise.all(floods)).flatMap(({ statuses }) => Object.keys(statuses)));
    assert.ok(seen.has('200') && seen.has('403'), [...seen].join(' '));
    const addresses = new Set((await bench.internet.received()).map(({ address: reached }) => reached));
    assert.deepEqual([...addresses], [address]);
  });

  it('denies a name that cannot be looked up, and says so', async () => {
    for (const name of ['gone', 'broken']) {
      assert.ok([403, 503].includes((await bench.get(`http://${name}.example.test/`)) ?? 0), name);
      const last = (await bench.proxy.tries()).findLast(({ host }) => host === `${name}.example.test`);
      assert.equal(last?.reason, 'unresolved');
    }
  });

  it('tells of every try, whichever characters its method and its name are made of', async () => {
    const printable = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index));
    const label = '~'.repeat(63);
    const requests = [
      ...printable.flatMap((character) => [
        `GE${character}T http://a.example.test/`,
        `GET http://x${character}y.wild.example.test/`,
        `CONNECT x${character}y.wild.example.test:443`,
      ]),
      // each of these characters is three in the log
      `${'^'.repeat(32)} http://a.example.test/`,
      `GET http://${label}.${label}.${label}.wild.example.test/`,
    ];
    const before = await bench.proxy.tries();
    for (const request of requests) {
      const host = / (?:http:\/\/)?([^/]*)/.exec(request)?.[1] ?? '';
      const sent = await bench.statuses(`${request} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      assert.equal(sent.length, 1, request);
    }
    const told = async () => (await bench.proxy.tries()).slice(before.length);
    // a log is a moment late
    for (let last = ''; last !== 'last.example.test'; last = (await told()).at(-1)?.host ?? '')
      assert.equal(await bench.get('http://last.example.test/'), 403);
    const tries = (await told()).filter(({ host }) => host !== 'last.example.test');
    assert.equal(tries.filter(({ isOpen }) => !isOpen).length, requests.length);
    const names = (isOpen: boolean) =>
      tries
        .filter((seen) => seen.isOpen === isOpen && seen.verdict === 'allowed')
        .map(({ method, host }) => `${method} ${host}`);
    assert.deepEqual(names(true), names(false));
    assert.ok(names(true).includes('GE+T a.example.test'));
  });
});
