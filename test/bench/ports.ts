import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { engineFacts, type BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { RawEngine } from './rawEngine.ts';
import { inRunningWorkspace } from './runningWorkspace.ts';

const port = 8000;
const mebibytes = 64;
const bodyBytes = mebibytes * 1024 ** 2;
/** Says one byte to whoever says `1`, and much to whoever says anything else. */
const server = `
const body = Buffer.alloc(1024 ** 2);
require('net').createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', async (asked) => {
    if (String(asked) === '1') return socket.end('1');
    for (let n = 0; n < ${mebibytes}; n++)
      if (!socket.write(body)) await new Promise((done) => socket.once('drain', done));
    socket.end();
  });
}).listen(${port}, '127.0.0.1', () => console.log('up'));`;

/**
 * Forwarded ports of a workspace without a network: a large body beside `cat` through the same kind of stream, and the
 * first byte of a new connection beside the engine's own run of `/bin/true`, each with everything that belongs to it.
 */
export async function measurePorts(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { signal, socketPath } = setting;
  const { info } = await engineFacts(socketPath, signal);
  const raw = new RawEngine(socketPath, info.apiVersion);
  try {
    return await inRunningWorkspace(setting, async ({ service, id, containerId }) => {
      const serving = await service.openSession(id, { kind: 'command', command: ['node', '-e', server] });
      await once(serving.stdout, 'data');
      const forwarded = await service.forwardPort(id, port);
      const ask = async (what: string, bytes: number) => {
        const socket = connect(forwarded.localPort, forwarded.localAddress);
        socket.write(what);
        assert.equal(await lengthOf(socket), bytes);
      };
      const cat = async () => {
        const command = ['sh', '-c', `head -c ${bodyBytes} /dev/zero | cat`];
        const session = await service.openSession(id, { kind: 'command', command });
        assert.equal(await lengthOf(session.stdout), bodyBytes);
        await session.exitCode;
      };
      const bodies = { cordon: [] as number[], raw: [] as number[] };
      const firsts = { cordon: [] as number[], raw: [] as number[] };
      for (let run = -1; run < setting.runs; run++) {
        signal.throwIfAborted();
        const times = [
          await timed(cat),
          await timed(() => ask('all', bodyBytes)),
          await timed(() => raw.exec(containerId, ['/bin/true'])),
          await timed(() => ask('1', 1)),
        ] as const;
        if (run < 0) continue;
        bodies.raw.push(times[0]);
        bodies.cordon.push(times[1]);
        firsts.raw.push(times[2]);
        firsts.cordon.push(times[3]);
      }
      return [
        {
          measure: `port, ${mebibytes} MiB (raw: cat through an exec)`,
          samples: bodies,
          target: { of: 'ratio', atMost: 2 },
        },
        {
          measure: 'port, first byte of a new connection (raw: exec of /bin/true)',
          samples: firsts,
          target: { of: 'ratio', atMost: 2 },
        },
      ];
    });
  } finally {
    raw.dispose();
  }
}

async function lengthOf(stream: Readable): Promise<number> {
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) length += chunk.length;
  return length;
}
