/**
 * Holds a terminal, in Perl: see `holders.ts` for what it is given and says. The numbers are those of Linux on x86 and
 * ARM: Perl itself has no word for what makes a terminal.
 */
export const perlHolder = String.raw`
use strict; use POSIX (); use Socket; use Fcntl; use Errno qw(EAGAIN EINTR);
my ($role, $name, $keep, $from, $columns, $rows, $sweep, @command) = @ARGV;
$SIG{PIPE} = $SIG{HUP} = 'IGNORE';
my ($kept, $piece) = (262144, 65536);
my $address = pack 'Sa*', AF_UNIX, "\0cordon-terminal-$name";
sub leave { syswrite STDERR, "cordon: $_[0]\n"; POSIX::_exit(0) }
sub again { $! == EAGAIN || $! == EINTR }
sub freely { fcntl $_, F_SETFL, fcntl($_, F_GETFL, 0) | O_NONBLOCK for @_ }
sub is_own { (unpack 'i3', getsockopt($_[0], SOL_SOCKET, 17) || pack 'i3', 0, -1, -1)[1] == $> }

sub carry {
  my ($server) = @_;
  freely(\*STDIN, \*STDOUT, $server);
  my ($up, $raw, $down, $left, $reads, $serves) = ("$keep $from\n", '', '', 0, 1, 1);
  my $socket = fileno $server;
  for (;;) {
    while ($down eq '' && $raw ne '') {
      if ($left) { $down = substr $raw, 0, $left, ''; $left -= length $down; next }
      last if length $raw < 5;
      my ($kind, $size) = unpack 'aN', substr $raw, 0, 5, '';
      leave("exit $size") if $kind eq 'x';
      $left = $size;
    }
    leave('closed') if !$serves && $down eq '';
    POSIX::_exit(0) if !$reads && $up eq '';
    my ($r, $w) = ('', '');
    vec($r, 0, 1) = 1 if $reads && $up eq '';
    vec($r, $socket, 1) = 1 if $serves && $down eq '';
    vec($w, 1, 1) = 1 if $down ne '';
    vec($w, $socket, 1) = 1 if $up ne '';
    next if select($r, $w, undef, undef) < 0;
    if (vec($r, 0, 1)) {
      my $n = sysread STDIN, $up, $piece;
      $reads = 0 if defined $n ? !$n : !again();
    }
    if (vec($r, $socket, 1)) {
      my $n = sysread $server, $raw, $piece, length $raw;
      $serves = 0 if defined $n ? !$n : !again();
    }
    if (vec($w, 1, 1)) {
      my $n = syswrite STDOUT, $down;
      if (defined $n) { substr $down, 0, $n, '' } elsif (!again()) { POSIX::_exit(1) }
    }
    if (vec($w, $socket, 1)) {
      my $n = syswrite $server, $up;
      if (defined $n) { substr $up, 0, $n, '' } elsif (!again()) { $up = '' }
    }
  }
}

sub join_holder {
  my $server;
  socket($server, AF_UNIX, SOCK_STREAM, 0) && connect($server, $address) && is_own($server) or leave('none');
  carry($server);
}

sub hold {
  my ($listener, $master, $shell) = @_;
  freely($listener, $master);
  my ($ring, $total, $sent, $client, $raw, $out, $in, $over, $hung, $code, $told) = ('', 0, 0, undef, '', '', '', 0, 0, undef, 0);
  my $now = sub { (POSIX::times())[0] / 100 };
  my $alone = $now->();
  my $reap = sub {
    return if defined $code || waitpid($shell, POSIX::WNOHANG()) != $shell;
    $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
  };
  local $SIG{CHLD} = sub { };
  my $drop = sub { close $client if $client; ($client, $raw, $out, $alone) = (undef, '', '', $now->()) };
  my $welcome = sub {
    my $paid = accept(my $next, $listener) or return;
    my ($r, $hello) = ('', '');
    vec($r, fileno $next, 1) = 1;
    return if !is_own($next) || select($r, undef, undef, 1) < 1;
    # What follows the line belongs to the next frame.
    while ($hello !~ /\n/) { return if length $hello > 64 || !sysread $next, $hello, 1, length $hello }
    return if $hello !~ /^(\d{1,9}) (\d{1,15})\n$/;
    my ($asked, $begin) = ($2, $total - length $ring);
    $keep = $1;
    $drop->();
    $client = $next;
    freely($client);
    # What is cut off begins with a whole line, not in the middle of a sequence.
    $sent = $asked < $begin ? $begin + 1 + index $ring, "\n" : $asked < $total ? $asked : $total;
    my $words = "cordon $sent " . ($total - $sent) . "\n";
    $out = pack('aN', 'o', length $words) . $words;
    if ($asked == 0 && $total) { my $front = POSIX::tcgetpgrp(fileno $master); kill 'WINCH', -$front if $front && $front > 1 }
  };
  my $heed = sub {
    while (length $raw >= 5) {
      my ($kind, $size) = unpack 'aN', $raw;
      if ($kind eq 'r') {
        ioctl $master, 0x5414, pack 'S4', $size & 0xffff, $size >> 16, 0, 0;
        substr $raw, 0, 5, '';
      } elsif ($kind eq 'd' && $size <= $piece) {
        last if length $raw < 5 + $size;
        $in .= substr $raw, 5, $size;
        substr $raw, 0, 5 + $size, '';
      } else { $drop->(); last }
    }
  };
  for (;;) {
    $reap->();
    if ($client && $out eq '') {
      if ($sent < $total) {
        my $chunk = substr $ring, $sent - $total + length $ring, $piece;
        $sent += length $chunk;
        $out = pack('aN', 'o', length $chunk) . $chunk;
      } elsif ($over && !$told) {
        $out = pack 'aN', 'x', $code;
        $told = 1;
      } elsif ($told) { POSIX::_exit(0) }
    }
    my $rest = $client ? 5 : $keep - ($now->() - $alone);
    if ($rest <= 0) {
      POSIX::_exit(0) if $over;
      exec 'sh', '-c', $sweep, 'sh', "CORDON_SESSION_ID=$ENV{CORDON_SESSION_ID}";
      POSIX::_exit(0);
    }
    my ($r, $w) = ('', '');
    my ($l, $m, $c) = (fileno $listener, fileno $master, $client ? fileno $client : -1);
    my $drains = !$over && !$hung && (!$client || $total - $sent < $piece);
    vec($r, $l, 1) = 1;
    vec($r, $m, 1) = 1 if $drains;
    vec($w, $m, 1) = 1 if $in ne '' && !$over;
    vec($r, $c, 1) = 1 if $client && length $in < $piece;
    vec($w, $c, 1) = 1 if $out ne '';
    my $ready = select $r, $w, undef, $hung || defined $code && $drains ? 0.2 : $rest > 5 ? 5 : $rest;
    $hung = 0;
    next if $ready < 0;
    if ($drains && vec($r, $m, 1)) {
      my $n = sysread $master, $ring, $piece, length $ring;
      if ($n) {
        $total += $n;
        $ring = substr $ring, -$kept if length $ring > 2 * $kept;
      } elsif (defined $n || !again()) {
        # Whoever has closed the terminal is about to end, or opens it again.
        $reap->();
        $over = defined $code;
        $hung = !$over;
      }
    } elsif (defined $code && $drains) { $over = 1 }
    if (vec($w, $m, 1)) {
      my $n = syswrite $master, $in;
      if (defined $n) { substr $in, 0, $n, '' } elsif (!again()) { $in = '' }
    }
    if ($client && $out ne '' && vec($w, $c, 1)) {
      my $n = syswrite $client, $out;
      if (defined $n) { substr $out, 0, $n, '' } elsif (!again()) { $drop->() }
    }
    if ($client && $c >= 0 && vec($r, $c, 1)) {
      my $n = sysread $client, $raw, $piece, length $raw;
      if ($n) { $heed->() } elsif (defined $n || !again()) { $drop->() }
    }
    $in = '' if $over;
    $welcome->() if vec($r, $l, 1);
  }
}

join_holder() if $role eq 'join';
my $listener;
socket($listener, AF_UNIX, SOCK_STREAM, 0) && bind($listener, $address) && listen($listener, 8) or leave('none');
sysopen(my $master, '/dev/ptmx', O_RDWR | O_NOCTTY) or leave('none');
my ($lock, $number) = (pack('i', 0), pack('i', 0));
ioctl($master, 0x40045431, $lock) && ioctl($master, 0x80045430, $number) or leave('none');
ioctl $master, 0x5414, pack 'S4', $rows, $columns, 0, 0;
my $slave = '/dev/pts/' . unpack 'i', $number;
-r $slave && -w $slave or leave('none');
defined(my $holder = fork) or leave('none');
if ($holder) { close $listener; close $master; join_holder() }
POSIX::setsid();
open STDIN, '<', '/dev/null'; open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null';
defined(my $shell = fork) or POSIX::_exit(1);
if (!$shell) {
  POSIX::setsid();
  sysopen(my $terminal, $slave, O_RDWR) or POSIX::_exit(126);
  ioctl $terminal, 0x540E, 0;
  POSIX::dup2(fileno $terminal, $_) for 0, 1, 2;
  $SIG{PIPE} = $SIG{HUP} = 'DEFAULT';
  exec { $command[0] } @command;
  syswrite STDERR, "$command[0]: $!\r\n";
  POSIX::_exit(127);
}
chdir '/';
hold($listener, $master, $shell);
`;
