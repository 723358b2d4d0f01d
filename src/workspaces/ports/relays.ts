import { bashRelay, nodeRelay, perlRelay, pythonRelay } from './relayPrograms.ts';

/** A program of an image that can carry a connection between its standard streams and a port in the container. */
export interface Relay {
  readonly name: string;
  /** Prints what fits `says` where the program can do it. */
  readonly check: readonly string[];
  readonly says: RegExp;
  /** What carries one connection. It ends once both sides have. */
  command(host: string, port: number): readonly string[];
}

/**
 * What is looked for, best first. The first two keep both directions of a connection apart and are small. The next three
 * tell the server that the client has ended, but end with the server. Node keeps the directions apart, with a dozen of
 * threads for each connection. Bash cannot even tell the server.
 */
export const relays: readonly Relay[] = [
  {
    name: 'perl',
    check: ['perl', '-MSocket', '-MFcntl', '-MErrno', '-e', 'print "ready"'],
    says: /^ready$/,
    command: (host, port) => ['perl', '-e', perlRelay, host, String(port)],
  },
  {
    name: 'python3',
    check: ['python3', '-ISc', 'import os, select, socket, sys; print("ready")'],
    says: /^ready$/,
    command: (host, port) => ['python3', '-ISc', pythonRelay, host, String(port)],
  },
  {
    name: 'socat',
    check: ['socat', '-V'],
    says: /socat version/,
    command: (host, port) => ['socat', '-t', '86400', '-', `TCP:${urlHost(host)}:${port}`],
  },
  {
    name: 'nc of busybox',
    check: ['nc', '--help'],
    says: /BusyBox/,
    command: (host, port) => ['nc', host, String(port)],
  },
  {
    name: 'nc of OpenBSD',
    check: ['nc', '-h'],
    says: /OpenBSD[^]*-N/,
    command: (host, port) => ['nc', '-N', host, String(port)],
  },
  {
    name: 'node',
    check: ['node', '-p', '"ready"'],
    says: /^ready$/,
    command: (host, port) => ['node', '-e', nodeRelay, host, String(port)],
  },
  {
    name: 'bash',
    // Port 0 is never listened on: a bash without sockets complains of a file instead, and one without `cat` is none.
    check: ['bash', '-c', 'command -v cat && (LC_ALL=C; exec 3<>/dev/tcp/127.0.0.1/1) 2>&1 || echo'],
    says: /cat\n[^]*refused/,
    command: (host, port) => ['bash', '-c', bashRelay, host, String(port)],
  },
];

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
