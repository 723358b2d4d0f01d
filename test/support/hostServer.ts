import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { debianImage } from '../host/images.mjs';

/** A server on the engine's own machine, on every address of it, by TCP and UDP, IPv4 and IPv6. */
export interface HostServer {
  readonly port: number;
  /** Every address of the machine but its loopback, also those that are only valid on a link. */
  addresses(): Promise<readonly string[]>;
  /** What came in so far, a line each. */
  received(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

const program = `
const dgram = require('node:dgram'), fs = require('node:fs'), net = require('node:net');
const read = (file) => { try { return fs.readFileSync('/proc/net/' + file, 'utf8'); } catch { return ''; } };
const seen = (line) => console.log('received ' + line.trim());
const tcp = net.createServer((socket) => {
  seen('tcp from ' + socket.remoteAddress);
  socket.on('error', () => {}).end('host reached\\n');
}).listen({ host: '::', port: 0 }, () => {
  const { port } = tcp.address();
  for (const [type, address] of [['udp4', '0.0.0.0'], ['udp6', '::']]) {
    const socket = dgram.createSocket({ type, ipv6Only: type === 'udp6' });
    socket.on('message', (message, from) => {
      seen(message + ' from ' + from.address);
      socket.send('host reached\\n', from.port, from.address);
    }).on('error', () => {}).bind(port, address);
  }
  console.log('ready ' + port);
  let last = '';
  setInterval(() => {
    const four = [...read('fib_trie').matchAll(/-- (\\S+)\\n +\\/32 host LOCAL/g)].map(([, address]) => address);
    const six = read('if_inet6').match(/^\\w{32}/gm) ?? [];
    const all = [...four, ...six.map((address) => address.match(/.{4}/g).join(':'))];
    const now = [...new Set(all)].filter((one) => !/^127|^(0000:){7}/.test(one)).join(' ');
    if (now !== last) console.log('addresses ' + (last = now));
  }, 100);
});
setTimeout(() => process.exit(), 300000);`;

/** Starts a server in the host's network, as a container of its own that ends by itself. */
export async function startHostServer(socketPath: string): Promise<HostServer> {
  const docker = new Docker({ socketPath });
  const container = await docker.createContainer({
    name: `hostserver-${randomUUID()}`,
    Image: debianImage,
    Cmd: ['node', '-e', program],
    HostConfig: { NetworkMode: 'host', AutoRemove: true },
  });
  await container.start();
  const lines = async (kind: string) => {
    const log = await container.logs({ stdout: true, stderr: true, follow: false });
    return [...log.toString('latin1').matchAll(new RegExp(`${kind} (.*)`, 'g'))].map(([, rest = '']) => rest);
  };
  for (let tries = 0; (await lines('ready')).length === 0; tries++) {
    if (tries > 100) throw new Error('the server on the host did not start');
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    port: Number((await lines('ready'))[0]),
    addresses: async () =>
      (await lines('addresses'))
        .at(-1)
        ?.split(' ')
        .filter((one) => one !== '') ?? [],
    received: () => lines('received'),
    dispose: async () => {
      await container.remove({ force: true });
    },
  };
}
