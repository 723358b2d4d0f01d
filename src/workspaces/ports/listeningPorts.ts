/** A port on which something in a container listens. */
export interface ListeningPort {
  readonly port: number;
  /** Where it can be reached from within the container, best first; never empty. */
  readonly hosts: readonly string[];
}

/** Rows of the tree that one container can fill at most. */
const mostPorts = 100;
const listening = '0A';
/** The engine's own name server, on networks that a person has made. */
const engineNames = '127.0.0.11';

const line = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /;

/** Reads `/proc/net/tcp` and `/proc/net/tcp6`. What a container prints may be anything: a line that does not fit is none. */
export function parseListeningPorts(text: string): readonly ListeningPort[] {
  const found = new Map<number, Set<string>>();
  for (const each of text.split('\n')) {
    const [, address = '', portText = '', state] = line.exec(each) ?? [];
    const port = Number.parseInt(portText, 16);
    if (state !== listening || port === 0) continue;
    const host = hostOf(address);
    if (host !== engineNames) found.set(port, (found.get(port) ?? new Set()).add(host));
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .slice(0, mostPorts)
    .map(([port, hosts]) => ({ port, hosts: withFallback([...hosts].sort(byPreference)) }));
}

/** What listens on every address of IPv6 mostly takes IPv4 as well, and `::1` is missing in containers without IPv6. */
function withFallback(hosts: readonly string[]): readonly string[] {
  return [...new Set(hosts.flatMap((host) => (host === '::' ? ['127.0.0.1', '::1'] : [host])))];
}

function byPreference(a: string, b: string): number {
  const rank = (host: string) => ['127.0.0.1', '::', '::1'].indexOf(host) + 1 || 4;
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** Words of four bytes, each in the order of a little-endian machine. */
function hostOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  if (bytes.length === 4) return bytes.every((byte) => byte === 0) ? '127.0.0.1' : [...bytes].join('.');
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  if (isMapped) return hostOf(Buffer.from(bytes.subarray(12)).reverse().toString('hex'));
  if (bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) <= 1)
    return bytes[15] === 1 ? '::1' : '::';
  return Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':');
}
