# Asks the kernel for namespaces, mounts, other processes and facilities that no workspace may have. See common.pl.
my %new = (
    mount => 0x00020000, cgroup => 0x02000000, uts => 0x04000000, ipc => 0x08000000,
    user  => 0x10000000, pid    => 0x20000000, net => 0x40000000, time => 0x00000080,
);
try( "unshare $_", sub { call( unshare => $new{$_} ) } ) for sort keys %new;
try( 'unshare user and mount', sub { call( unshare => $new{user} | $new{mount} ) } );
try( 'clone user namespace',
    sub {
        my $child = call( clone => $new{user} | 17, 0, 0, 0, 0 );
        POSIX::_exit(0) if defined $child && $child eq '0 but 0';
        return $child;
    }
);
try( 'clone3', sub { call( clone3 => pack( 'Q11', $new{user} ), 88 ) } );
try( 'setns of init',
    sub { open( my $namespace, '<', '/proc/1/ns/net' ) or return; call( setns => fileno $namespace, 0 ) } );

try( 'mount proc',    sub { call( mount => 'proc', '/tmp', 'proc', 0, '' ) } );
try( 'mount tmpfs',   sub { call( mount => 'none', '/tmp', 'tmpfs', 0, '' ) } );
try( 'bind mount',    sub { call( mount => '/', '/tmp', 'none', 0x1000, '' ) } );
try( 'remount root',  sub { call( mount => 'none', '/', 'none', 0x20, '' ) } );
try( 'unmount',       sub { call( umount2 => '/workspace', 2 ) } );
try( 'pivot_root',    sub { call( pivot_root => '/tmp', '/tmp' ) } );
try( 'fsopen',        sub { call( fsopen => "tmpfs\0", 0 ) } );
try( 'open_tree',     sub { call( open_tree => -100, "/\0", 1 ) } );
try( 'move_mount',    sub { call( move_mount => -100, "/tmp\0", -100, "/run\0", 0 ) } );
try( 'mount_setattr', sub { call( mount_setattr => -100, "/\0", 0, pack( 'Q4', 0, 1, 0, 0 ), 32 ) } );
try( 'swapon',        sub { call( swapon => '/etc/hostname', 0 ) } );
try( 'quotactl',      sub { call( quotactl => 0x800003 << 8 >> 8, '/dev/vda', 0, 0 ) } );

try( 'ptrace another user',    sub { call( ptrace => 16, $victim, 0, 0 ) } );
try( 'ptrace init',            sub { call( ptrace => 16, 1, 0, 0 ) } );
try( 'read another memory',    sub { open my $memory, '<', "/proc/$victim/mem" } );
try( 'process_vm_readv',       sub { vm('process_vm_readv') } );
try( 'process_vm_writev',      sub { vm('process_vm_writev') } );
try( 'kcmp',                   sub { call( kcmp => $$, $victim, 0, 0, 0 ) } );
try( 'pidfd_getfd',
    sub { my $fd = call( pidfd_open => $victim, 0 ) or return; $fd =~ /(\d+)$/; call( pidfd_getfd => $1, 0, 0 ) } );
try( 'ptrace a child of its own',
    sub {
        my $child = fork() // return;
        if ( $child == 0 ) { sleep 3; POSIX::_exit(0) }
        my $answer = call( ptrace => 16, $child, 0, 0 );
        my $error = $! + 0;
        kill 9, $child;
        $! = $error;
        return $answer;
    }
);

sub vm {
    my $buffer = 'x' x 8;
    my $vector = pack( 'PQ', $buffer, 8 );
    return call( $_[0] => $victim, $vector, 1, pack( 'QQ', 4096, 8 ), 1, 0 );
}

try( 'bpf',              sub { call( bpf => 0, pack( 'L4 x112', 1, 4, 4, 1 ), 128 ) } );
try( 'perf_event_open',  sub { call( perf_event_open => pack( 'L2 Q x112', 1, 128, 0 ), 0, -1, -1, 0 ) } );
try( 'userfaultfd',      sub { call( userfaultfd => 0 ) } );
try( 'userfaultfd for user mode only', sub { call( userfaultfd => 1 ) } );
try( 'io_uring_setup',   sub { call( io_uring_setup => 1, "\0" x 120 ) } );
try( 'keyctl',           sub { call( keyctl => 0, -3, 0 ) } );
try( 'add_key',          sub { call( add_key => "user\0", "cordon\0", 'x', 1, -3 ) } );
try( 'request_key',      sub { call( request_key => "user\0", "cordon\0", 0, -3 ) } );
try( 'fanotify_init',    sub { call( fanotify_init => 0, 0 ) } );
try( 'lookup_dcookie',   sub { call( lookup_dcookie => 1, "\0" x 64, 64 ) } );
try( 'move_pages',       sub { call( move_pages => $victim, 0, 0, 0, 0, 0 ) } );
try( 'personality without random addresses', sub { call( personality => 0x0040000 ) } );

try( 'raw socket',       sub { socket my $socket, AF_INET, SOCK_RAW, 1 } );
try( 'packet socket',    sub { socket my $socket, 17, SOCK_RAW, 0 } );
try( 'vsock',            sub { socket my $socket, 40, SOCK_STREAM, 0 } );
try( 'bluetooth socket', sub { socket my $socket, 31, SOCK_RAW, 1 } );
try( 'kernel crypto socket', sub { socket my $socket, 38, 5, 0 } );
