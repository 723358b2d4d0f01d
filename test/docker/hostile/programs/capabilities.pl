# Uses every capability that a call can show, each in its simplest way. See common.pl.
sub raw { socket my $socket, AF_INET, SOCK_RAW, 1 }
sub netlink_audit {
    my ($type) = @_;
    socket( my $socket, 16, SOCK_RAW, 9 ) or return;
    my $message = 'cordon';
    my $packet = pack( 'L S S L L a*', 16 + length $message, $type, 5, 1, 0, $message );
    send( $socket, $packet, 0, pack( 'S S L L', 16, 0, 0, 0 ) ) or return;
    recv( $socket, my $answer, 4096, 0 ) // return;
    my $error = unpack 'x16 l', $answer;
    $! = -$error if $error;
    return $error == 0;
}
sub ioctl_interface {
    my ( $request, $flags ) = @_;
    socket( my $socket, AF_INET, SOCK_DGRAM, 0 ) or return;
    my $wish = pack( 'a16 s x22', 'lo', $flags );
    return ioctl $socket, $request, $wish;
}
my $mine = "/tmp/mine-$<";
open my $made, '>', $mine or die "$mine: $!";
close $made;

try( 'chown',            sub { chown 5, 5, $mine } );
try( 'dac_override',     sub { open my $other, '>>', $file } );
try( 'dac_read_search',  sub { call( open_by_handle_at => -100, pack( 'L l a8', 8, 1, "\0" x 8 ), 0 ) } );
try( 'fowner',           sub { chmod 0644, $file } );
try( 'fsetid',
    sub {
        # a group that the process is not in: without the capability the kernel drops the bit
        chmod 02755, $file or return;
        if ( ( stat $file )[2] & 02000 ) { return 1 }
        $! = Errno::EPERM();
        return;
    }
);
try( 'kill',             sub { kill 0, $victim } );
try( 'setgid',           sub { call( setgroups => 1, pack( 'L', 0 ) ) && POSIX::setgid(5) } );
try( 'setuid',           sub { POSIX::setuid( $< == 5 ? 6 : 5 ) } );
try( 'setpcap',          sub { call( prctl => 24, 0, 0, 0, 0 ) } );
try( 'linux_immutable',
    sub { open( my $handle, '<', $mine ) or return; my $flags = pack( 'Q', 0x10 ); ioctl $handle, 0x40086602, $flags } );
try( 'net_admin',        sub { ioctl_interface( 0x8914, 0 ) } );
try( 'net_raw',          sub { raw() } );
try( 'sys_module',       sub { call( init_module => "\0" x 64, 64, '' ) } );
try( 'sys_module by file',
    sub { open( my $module, '<', $mine ) or return; call( finit_module => fileno $module, '', 0 ) } );
try( 'sys_module removal', sub { call( delete_module => 'loop', 0 ) } );
try( 'sys_rawio',        sub { call( iopl => 3 ) } );
try( 'sys_rawio ports',  sub { call( ioperm => 0x80, 1, 1 ) } );
try( 'sys_chroot',       sub { chroot '/tmp' } );
try( 'sys_ptrace',       sub { my $buffer = 'x' x 8; call( process_vm_readv => $victim, pack( 'PQ', $buffer, 8 ), 1, pack( 'QQ', 4096, 8 ), 1, 0 ) } );
try( 'sys_pacct',        sub { call( acct => 0 ) } );
try( 'sys_admin host name',   sub { call( sethostname => 'x', 1 ) } );
try( 'sys_admin domain name', sub { call( setdomainname => 'x', 1 ) } );
try( 'sys_admin mount',  sub { call( mount => 'none', '/tmp', 'tmpfs', 0, '' ) } );
try( 'sys_boot',         sub { call( reboot => 0xfee1dead, 672274793, 0, 0 ) } );
try( 'sys_boot kexec',   sub { call( kexec_load => 0, 0, 0, 0 ) } );
try( 'sys_nice',         sub { call( setpriority => 0, 0, -5 ) } );
try( 'sys_nice real time', sub { call( sched_setscheduler => 0, 1, pack( 'L', 1 ) ) } );
try( 'sys_resource',     sub { call( prlimit => 0, 7, pack( 'QQ', 9_999_999, 9_999_999 ), 0 ) } );
try( 'sys_time',         sub { call( clock_settime => 0, pack( 'QQ', 1, 0 ) ) } );
try( 'sys_time by day',  sub { call( settimeofday => pack( 'QQ', 1, 0 ), 0 ) } );
try( 'sys_time by steps', sub { call( clock_adjtime => 0, pack( 'L x204', 1 ) ) } );
try( 'sys_tty_config',   sub { call('vhangup') } );
try( 'mknod',            sub { call( mknodat => -100, "/tmp/null-$$\0", 0020666, 0x103 ) } );
try( 'mknod block',      sub { call( mknodat => -100, "/tmp/disk-$$\0", 0060666, 0xfe00 ) } );
try( 'lease',            sub { open( my $handle, '<', $file ) or return; fcntl $handle, 1024, 0 } );
try( 'audit_write',      sub { netlink_audit(1107) } );
try( 'audit_control',    sub { netlink_audit(1001) } );
try( 'setfcap',
    sub { call( setxattr => "$mine\0", "security.capability\0", pack( 'L5', 0x2000001, 1, 0, 0, 0 ), 20, 0 ) } );
try( 'trusted attribute', sub { call( setxattr => "$mine\0", "trusted.cordon\0", 'x', 1, 0 ) } );
try( 'syslog',           sub { call( syslog => 3, "\0" x 64, 64 ) } );
try( 'wake_alarm',       sub { call( timerfd_create => 8, 0 ) } );
try( 'checkpoint_restore', sub { open my $last, '>', '/proc/sys/kernel/ns_last_pid' } );
unlink $mine;
