import assert from 'node:assert/strict';
import { hostSubnets } from '../../../src/docker/hostSubnets.ts';
import { addressText, isWithin, parseSubnet } from '../../../src/shared/subnet.ts';

/** As Linux prints it: a default route, a VPN's half of the internet, a network of its own, and one behind a router. */
const routes = [
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
  'eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
  'tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0',
  'eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
  'tun0\t0000D50A\t0100080A\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0',
  'broken\tline',
  '',
].join('\n');

const shown = (subnets: ReturnType<typeof hostSubnets>) =>
  subnets.map(({ first, last }) => `${addressText(first)}-${addressText(last)}`);

describe('what this machine reaches by itself', () => {
  it('is the blocks of its interfaces, IPv4 only', () => {
    const interfaces = {
      lo: [{ cidr: '127.0.0.1/8' }],
      eth0: [{ cidr: '192.168.1.20/24' }, { cidr: 'fe80::1/64' }, { cidr: null }],
      wg0: undefined,
    };
    assert.deepEqual(shown(hostSubnets(interfaces, '')), [
      '127.0.0.0-127.255.255.255',
      '192.168.1.0-192.168.1.255',
    ]);
  });

  it('is the targets of its routes, without those that lead to all the world', () => {
    assert.deepEqual(shown(hostSubnets({}, routes)), [
      '192.168.1.0-192.168.1.255',
      '10.213.0.0-10.213.255.255',
    ]);
  });
});

describe('a block of addresses', () => {
  it('is read as the whole block around an address, or not at all', () => {
    assert.deepEqual(shown([parseSubnet('10.0.0.7/30')!, parseSubnet('1.2.3.4/32')!]), [
      '10.0.0.4-10.0.0.7',
      '1.2.3.4-1.2.3.4',
    ]);
    for (const text of [
      '',
      '10.0.0.0',
      '10.0.0/8',
      '10.0.0.256/8',
      '10.0.0.0/33',
      '::/0',
      '010.0.0.0/8',
      'x/1',
    ])
      assert.equal(parseSubnet(text), undefined, text);
  });

  it('lies within another one or does not', () => {
    const block = parseSubnet('10.1.0.0/16')!;
    assert.equal(isWithin(parseSubnet('10.1.255.0/24')!, block), true);
    assert.equal(isWithin(parseSubnet('10.0.0.0/8')!, block), false);
  });
});
