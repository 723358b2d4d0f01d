# Tries to reach servers, all at once. Each argument is one try: KIND,HOW,ADDRESS,PORT with the kinds tcp and udp and
# HOW one of
#   plain     as any program does
#   bound     the socket tied to the interface eth0, which passes over the routing table
#   direct    tied to the interface, and the address taken to be on the same wire
# Prints a line per try: the try, a tab, and "reached" or why not. It waits 1.2 s for answers. Only what a server of the
# tests says counts: a gateway on the way may take in every connection there is.
use strict;
use warnings;
use Errno qw(EINPROGRESS);
use IO::Select;
use Time::HiRes qw(time);
use Socket qw(:DEFAULT inet_pton IPPROTO_IPV6 SO_BROADCAST);
use constant { SO_DONTROUTE => 5, SO_BINDTODEVICE => 25 };

$| = 1;
my ( $all, $reading, $writing ) = ( {}, IO::Select->new, IO::Select->new );

sub end_of {
    my ( $socket, $outcome ) = @_;
    print "$all->{$socket}\t$outcome\n";
    delete $all->{$socket};
    $reading->remove($socket);
    $writing->remove($socket);
}

for my $try (@ARGV) {
    my ( $kind, $how, $address, $port ) = split /,/, $try;
    my $is6 = index( $address, ':' ) >= 0;
    my $type = $kind eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
    socket( my $socket, $is6 ? AF_INET6 : AF_INET, $type, 0 ) or do { print "$try\t$!\n"; next };
    $all->{$socket} = $try;
    $socket->blocking(0);
    setsockopt( $socket, SOL_SOCKET, SO_BROADCAST, 1 );
    setsockopt( $socket, SOL_SOCKET, SO_BINDTODEVICE, pack( 'a16', 'eth0' ) ) if $how ne 'plain';
    setsockopt( $socket, SOL_SOCKET, SO_DONTROUTE, pack( 'i', 1 ) ) if $how eq 'direct';
    my $scope = 0;
    if ( $is6 && open( my $file, '<', '/sys/class/net/eth0/ifindex' ) ) { $scope = 0 + <$file> }
    my $bytes = inet_pton( $is6 ? AF_INET6 : AF_INET, $address );
    my $place = $is6 ? pack_sockaddr_in6( $port, $bytes, $scope ) : pack_sockaddr_in( $port, $bytes );
    if ( $kind eq 'udp' ) {
        if   ( defined send( $socket, "$try\n", 0, $place ) ) { $reading->add($socket) }
        else                                                 { end_of( $socket, "$!" ) }
    }
    elsif ( connect( $socket, $place ) ) { $reading->add($socket) }
    elsif ( $! == EINPROGRESS )          { $writing->add($socket) }
    else                                 { end_of( $socket, "$!" ) }
    # the name of the socket must stay its own while it is waited for
    $all->{"keep $try"} = $socket;
}

my $until = time + 1.2;
while ( $reading->count + $writing->count && time < $until ) {
    my ( $answered, $connected ) = IO::Select->select( $reading, $writing, undef, 0.2 );
    for my $socket ( @{ $connected // [] } ) {
        my $error = unpack 'i', getsockopt( $socket, SOL_SOCKET, SO_ERROR );
        local $! = $error;
        if ($error) { end_of( $socket, "$!" ) }
        else        { $writing->remove($socket); $reading->add($socket) }
    }
    for my $socket ( @{ $answered // [] } ) {
        my $received = defined recv( $socket, my $text, 100, 0 );
        end_of( $socket, !$received ? "$!" : $text =~ /^(?:host reached|here)$/m ? 'reached' : 'somebody else answers' );
    }
}
end_of( $_, 'no answer' ) for $reading->handles, $writing->handles;
