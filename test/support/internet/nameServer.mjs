import dgram from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import packet from 'dns-packet';

/**
 * A server for names that knows what it is told: for each name a list of answers, of which it gives one after the other
 * and the last one from then on. Any other name is unknown.
 */
export async function startNameServer(address) {
  let known = {};
  let turns = {};
  const asked = [];
  const socket = dgram.createSocket('udp4');
  socket.on('message', (message, { port, address: from }) => {
    const query = packet.decode(message);
    const [question] = query.questions;
    const name = question.name.toLowerCase();
    asked.push(`${question.type} ${name}`);
    const { ttl = 60, answers: [...lists] = [], rcode = 'NOERROR' } = known[name] ?? { rcode: 'NXDOMAIN' };
    const turn = (turns[`${question.type} ${name}`] = (turns[`${question.type} ${name}`] ?? -1) + 1);
    const addresses = lists[Math.min(turn, lists.length - 1)] ?? [];
    const answers = addresses
      .map((data) => ({ type: isIPv4(data) ? 'A' : 'AAAA', name: question.name, ttl, data }))
      .filter(({ type }) => type === question.type);
    const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | rcodes[rcode];
    socket.send(
      packet.encode({ type: 'response', id: query.id, flags, questions: [question], answers }),
      port,
      from,
    );
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return {
    asked,
    tell(names) {
      known = { ...known, ...names };
      turns = {};
    },
  };
}

const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 };
