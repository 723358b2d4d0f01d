import assert from 'node:assert/strict';
import { ownDestinations } from '../../../../src/isolation/egress/ownDestinations.ts';

describe('what of this machine a proxy must not reach', () => {
  it('is its public addresses, and the network around one of IPv6', () => {
    assert.deepEqual(ownDestinations(['11.22.33.44', '2a00:1234::5', '2a00:1:2:3:4:5:6:7']), [
      '11.22.33.44',
      '2a00:1234:0:0::/64',
      '2a00:1:2:3::/64',
    ]);
    assert.deepEqual(ownDestinations(['2a00:1:2::4:5:6:7']), ['2a00:1:2:0::/64']);
  });

  it('is nothing of what no proxy reaches anyway, so that another private network changes nothing', () => {
    const denied = [
      '10.1.2.3',
      '192.168.0.7',
      '100.64.1.1',
      '169.254.7.7',
      'fe80::1',
      'fd00::1',
      '127.0.0.2',
    ];
    assert.deepEqual(ownDestinations(denied), []);
  });

  it('is the same in whichever order the addresses are told, and while temporary ones change', () => {
    const now = ownDestinations(['2a00:1234::5', '11.22.33.55', '11.22.33.44', '2a00:1234::6']);
    assert.deepEqual(now, ownDestinations(['11.22.33.44', '2a00:1234::aaaa:7', '11.22.33.55']));
  });
});
