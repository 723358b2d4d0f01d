/** The exit code of a relay that nobody answered. */
export const refusedExitCode = 111;

/*
 * Programs that carry one connection between their standard streams and `HOST PORT`, both directions by themselves: the
 * end of the standard input is told to the server, which may go on sending; the end of what the server sends is told on
 * the standard error as `eof` and the number of bytes before it, for an engine hands on the end of one output only with
 * the end of the other and of the input. Nothing in them waits for one direction only.
 */

export const perlRelay = `
use strict; use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6); use Fcntl; use Errno qw(EAGAIN EINTR);
my ($host, $port) = @ARGV;
my $server;
my $six = $host =~ /:/;
$SIG{PIPE} = 'IGNORE';
socket($server, $six ? AF_INET6 : AF_INET, SOCK_STREAM, 0)
  && connect($server, $six ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $host)) : pack_sockaddr_in($port, inet_aton($host)))
  or exit ${refusedExitCode};
fcntl($_, F_SETFL, fcntl($_, F_GETFL, 0) | O_NONBLOCK) for \\*STDIN, \\*STDOUT, $server;
my ($up, $down, $reads, $serves, $told, $shut, $count) = ('', '', 1, 1, 0, 0, 0);
my $socket = fileno $server;
my $again = sub { $! == EAGAIN || $! == EINTR };
for (;;) {
  if (!$reads && $up eq '' && !$shut) { shutdown $server, 1; $shut = 1 }
  if (!$serves && $down eq '') {
    if (!$told) { syswrite STDERR, "eof $count\\n"; $told = 1 }
    exit 0 if $shut;
  }
  my ($r, $w) = ('', '');
  vec($r, 0, 1) = 1 if $reads && $up eq '';
  vec($r, $socket, 1) = 1 if $serves && $down eq '';
  vec($w, 1, 1) = 1 if $down ne '';
  vec($w, $socket, 1) = 1 if $up ne '';
  select $r, $w, undef, undef;
  if (vec($r, 0, 1)) {
    my $n = sysread STDIN, $up, 65536;
    $reads = 0 if defined $n ? !$n : !$again->();
  }
  if (vec($r, $socket, 1)) {
    my $n = sysread $server, $down, 65536;
    if (defined $n) { $serves = 0 if !$n } elsif (!$again->()) { exit 1 }
  }
  if (vec($w, 1, 1)) {
    my $n = syswrite STDOUT, $down;
    if (defined $n) { $count += $n; substr($down, 0, $n) = '' } elsif (!$again->()) { exit 1 }
  }
  if (vec($w, $socket, 1)) {
    my $n = syswrite $server, $up;
    if (defined $n) { substr($up, 0, $n) = '' }
    elsif (!$again->()) { ($up, $reads, $shut) = ('', 0, 1) }
  }
}`;

export const pythonRelay = `
import os, select, socket, sys
host, port = sys.argv[1], int(sys.argv[2])
try:
    server = socket.create_connection((host, port))
except OSError:
    sys.exit(${refusedExitCode})
fd = server.fileno()
for each in (0, 1, fd):
    os.set_blocking(each, False)
up = down = b''
reads = serves = True
told = shut = False
count = 0
while True:
    if not reads and not up and not shut:
        shut = True
        try:
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    if not serves and not down:
        if not told:
            os.write(2, b'eof %d\\n' % count)
            told = True
        if shut:
            sys.exit(0)
    r = ([0] if reads and not up else []) + ([fd] if serves and not down else [])
    w = ([1] if down else []) + ([fd] if up else [])
    r, w, _ = select.select(r, w, [])
    if 0 in r:
        try:
            up = os.read(0, 65536)
            reads = up != b''
        except BlockingIOError:
            pass
    if fd in r:
        try:
            down = os.read(fd, 65536)
            serves = down != b''
        except BlockingIOError:
            pass
        except OSError:
            sys.exit(1)
    if 1 in w:
        try:
            n = os.write(1, down)
            count += n
            down = down[n:]
        except BlockingIOError:
            pass
        except OSError:
            sys.exit(1)
    if fd in w:
        try:
            up = up[os.write(fd, up):]
        except BlockingIOError:
            pass
        except OSError:
            up, reads, shut = b'', False, True`;

export const nodeRelay = `
const [host, port] = process.argv.slice(1);
const net = require('net');
const server = net.connect({ host, port: Number(port), allowHalfOpen: true });
// process.stdout would let nothing else happen while nobody reads.
const out = new net.Socket({ fd: 1, readable: false, writable: true });
let failed = ${refusedExitCode}, count = 0, ended = false;
const leave = (code) => out.end(() => process.exit(code));
out.on('error', () => process.exit(1));
server.on('error', () => (ended ? leave(0) : process.exit(failed)));
server.on('connect', () => {
  failed = 1;
  process.stdin.pipe(server);
  server.on('data', (chunk) => (count += chunk.length));
  server.pipe(out, { end: false });
  server.on('end', () => {
    ended = true;
    require('fs').writeSync(2, 'eof ' + count + '\\n');
  });
  server.on('close', () => leave(ended ? 0 : 1));
});`;

/** Without a way to tell the server that the standard input has ended. */
export const bashRelay = `
exec 3<>"/dev/tcp/$0/$1" || exit ${refusedExitCode}
exec 4<&0
cat <&3 4<&- & down=$!
cat <&4 >&3 & up=$!
exec 3>&- 4<&- </dev/null
wait $down
kill $up 2>/dev/null
exit 0`;
