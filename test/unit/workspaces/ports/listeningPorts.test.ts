import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseListeningPorts } from '../../../../src/workspaces/ports/listeningPorts.ts';

const heading =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const rest = '00000000:00000000 00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0';
const v4 = '00000000:0000';
const v6 = '00000000000000000000000000000000:0000';
const table = (...rows: readonly (readonly [local: string, remote: string, state: string])[]) =>
  [
    heading,
    ...rows.map(([local, remote, state], at) => `   ${at}: ${local} ${remote} ${state} ${rest}`),
  ].join('\n');
const read = (text: string) => parseListeningPorts(text).map(({ port, hosts }) => [port, ...hosts]);

describe('what listens in a container', () => {
  it('is read from the tables of both protocols, by number, with where it can be reached', () => {
    const text = table(
      ['0100007F:1F90', v4, '0A'],
      ['00000000:0050', v4, '0A'],
      ['0200000A:0BB8', v4, '0A'],
      ['00000000000000000000000001000000:0051', v6, '0A'],
      ['00000000000000000000000000000000:0BB9', v6, '0A'],
      ['0000000000000000FFFF00000100007F:0BBA', v6, '0A'],
      ['B80D0120000000000000000002000000:0BBB', v6, '0A'],
    );
    assert.deepEqual(read(text), [
      [80, '127.0.0.1'],
      [81, '::1'],
      [3000, '10.0.0.2'],
      [3001, '127.0.0.1', '::1'],
      [3002, '127.0.0.1'],
      [3003, '2001:db8:0:0:0:0:0:2'],
      [8080, '127.0.0.1'],
    ]);
  });

  it('is one row for a port on several addresses, the nearest first', () => {
    const text = table(
      ['00000000000000000000000001000000:1F90', v6, '0A'],
      ['0200000A:1F90', v4, '0A'],
      ['0100007F:1F90', v4, '0A'],
    );
    assert.deepEqual(read(text), [[8080, '127.0.0.1', '::1', '10.0.0.2']]);
  });

  it('is no connection, and not the name server that the engine puts there', () => {
    const text = table(
      ['0100007F:1F90', '0100007F:8000', '01'],
      ['0B00007F:A1B2', v4, '0A'],
      ['0100007F:0000', v4, '0A'],
    );
    assert.deepEqual(read(text), []);
  });

  it('fills no more rows than a person can look at', () => {
    const rows = Array.from({ length: 5000 }, (_, at) => {
      const port = (at + 1).toString(16).toUpperCase().padStart(4, '0');
      return [`0100007F:${port}`, v4, '0A'] as const;
    });
    assert.equal(read(table(...rows)).length, 100);
  });

  it('is nothing but ports and addresses, whatever a container prints', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '   0: ',
        '0100007F:1F90 ',
        '00000000:0000 ',
        '0A ',
        '\n',
        'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:FFFF ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const { port, hosts } of parseListeningPorts(pieces.join(''))) {
          assert.ok(Number.isInteger(port) && port > 0 && port < 65_536);
          assert.ok(hosts.length > 0 && hosts.every((host) => /^[0-9a-f.:]+$/.test(host)), String(hosts));
        }
      }),
    );
  });
});
