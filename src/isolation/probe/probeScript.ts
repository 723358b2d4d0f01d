import { maskedSystemPaths, readOnlySystemPaths } from '../systemPaths.ts';
import { nameLookUp } from './nameLookUp.ts';
import { proxyQuestions } from './proxyQuestions.ts';

/** What the probe is to try besides reading what the kernel says. */
export interface ProbePlan {
  /** Absolute paths without spaces that a process must be able to write in. */
  readonly writable: readonly string[];
  /** Absolute paths without spaces in which nothing may be made. */
  readonly closed: readonly string[];
  /** IPv4 addresses and ports that must not be reached. */
  readonly targets: readonly { readonly host: string; readonly port: number }[];
  /** IPv4 address of the proxy, which must refuse what it is asked for. */
  readonly proxy?: string;
  /** A name of plain ASCII that the rules of the proxy let through. */
  readonly allowed?: string;
  /** A name outside that must not be found. */
  readonly outside?: string;
  /** Waits for the answer to that as long as for one to a connect, however soon all else is done. */
  readonly isPatient?: boolean;
}

/** Where engines listen, and other doors to the host, seen from a container into which they were mounted. */
const socketPaths = [
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/run/podman/podman.sock',
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/buildkit/buildkitd.sock',
  '/run/user/*/docker.sock',
  '/run/user/*/podman/podman.sock',
  '/run/dbus/system_bus_socket',
  '/run/systemd/private',
] as const;

/** Longest wait in seconds for an answer to a connect; addresses of the same machine answer within a millisecond. */
const connectSeconds = 0.15;

/** The command of the probe: one POSIX shell that reads the kernel's own files by built-ins and prints a line per fact. */
export function probeCommand(plan: ProbePlan): readonly string[] {
  return [
    '/bin/sh',
    '-c',
    script,
    'cordon-probe',
    plan.writable.join(' '),
    plan.closed.join(' '),
    plan.proxy ?? '',
    plan.allowed ?? '',
    plan.outside ?? '',
    plan.isPatient ? String(connectSeconds) : '',
    ...plan.targets.map(({ host, port }) => `${host} ${port}`),
  ];
}

/**
 * Connects without blocking and tells of each target `open`, `refused` (an answer all the same) or `none`. The numbers are
 * Linux's on x86, ARM, PowerPC, s390x and RISC-V; the modules that know them take longer to load than all of the rest.
 */
const perl = `
my ($inet, $stream, $setfl, $nonblock, $socket, $error, $inprogress, $refused) = (2, 1, 4, 2048, 1, 4, 115, 111);
$| = 1;
my %open;
sub tell_of { print "reach $_[0] ", ($_[1] == 0 ? "open" : $_[1] == $refused ? "refused" : "none"), "\\n" }
for my $t (@ARGV) {
  my ($h, $p) = split / /, $t;
  socket(my $s, $inet, $stream, 0) or exit 1;
  fcntl($s, $setfl, $nonblock);
  if (connect($s, pack("S n C4 x8", $inet, $p, split /[.]/, $h))) { tell_of($t, 0) }
  elsif ($! == $inprogress) { $open{fileno $s} = [$s, $t] }
  else { tell_of($t, $! + 0) }
}
for (my $left = ${connectSeconds}; %open && $left > 0;) {
  my $bits = ""; vec($bits, $_, 1) = 1 for keys %open;
  (my $n, $left) = select(undef, $bits, undef, $left);
  last unless $n > 0;
  for (keys %open) {
    next unless vec($bits, $_, 1);
    my ($s, $t) = @{delete $open{$_}};
    tell_of($t, unpack("i", getsockopt($s, $socket, $error)));
  }
}
tell_of($_->[1], -1) for values %open;
`;

/** The same with bash alone. Every try is a job of its own, ended with all that it started. */
const bash = `
set -m
jobs=
for t; do
  (
    e=$( { exec 3<>"/dev/tcp/\${t% *}/\${t#* }"; } 2>&1 ) && r=open || case $e in
      *refused*) r=refused ;; *"No such file"*) exit ;; *) r=none ;; esac
    printf "reach %s %s\\n" "$t" "$r"
  ) &
  jobs="$jobs $!"
done
read -rt ${connectSeconds} <> <(:)
for j in $jobs; do kill -KILL -- "-$j" && for t; do :; done; done
for t; do printf "reach %s none\\n" "$t"; done
`;

const script = `
exec 2>/dev/null
LC_ALL=C; export LC_ALL
set -C
say() { printf '%s\\n' "$*"; }
each() {
  while IFS= read -r line || [ -n "$line" ]; do printf '%s %s\\n' "$1" "$line"; done <"$2"
}
value() { IFS= read -r line <"$2" && printf 'cgroup %s %s\\n' "$1" "$line"; }
refused() {
  while IFS= read -r line; do case $line in *refused*) say "reach $1 refused" ;; esac; done
}
dial() {
  if command -v perl >/dev/null; then perl -e '${perl}' "$@"
  elif command -v bash >/dev/null; then bash -c '${bash}' bash "$@"
  elif command -v nc >/dev/null && command -v timeout >/dev/null; then
    for t; do timeout 1 nc -w 1 \${t% *} \${t#* } 2>&1 </dev/null | refused "$t" & done
    sleep ${connectSeconds} || sleep 1
    while read -r _ _ to state _; do [ "$state" = 01 ] && say "connected $to"; done </proc/net/tcp
    for t; do say "reach $t none"; done
  fi
}
${proxyQuestions}
${nameLookUp}
say 'cordon-probe 1'
writable=$1 closed=$2 proxy=$3 allowed=$4 outside=$5 patience=$6
shift 6
lookup= tries=
[ -n "$outside" ] && look_up "$outside"
[ -n "$lookup" ] && [ -n "$patience" ] && { { sleep $patience || sleep 1; } & tries=$!; }
[ -n "$proxy" ] && { ask "$proxy" "$allowed" & tries="$tries $!"; }
[ $# -gt 0 ] && { dial "$@" & tries="$tries $!"; }
while IFS= read -r line; do
  case $line in Uid:*|Gid:*|Groups:*|Cap???:*|NoNewPrivs:*|Seccomp:*) say "status $line" ;; esac
done </proc/self/status
each uidmap /proc/self/uid_map
while IFS= read -r line; do
  case $line in 'Max open files '*|'Max core file size '*) say "limit $line" ;; esac
done </proc/self/limits
while read -r id parent device root point rest; do
  say "mount $root $point $rest"
  [ -S "$point" ] && say "socket $point"
done </proc/self/mountinfo
for path in ${[...maskedSystemPaths(0), ...readOnlySystemPaths].join(' ')}; do [ -e "$path" ] && say "exists $path"; done
cd /sys/fs/cgroup && {
  value memory memory/memory.limit_in_bytes || value memory memory.max
  value memory+swap memory/memory.memsw.limit_in_bytes || value swap memory.swap.max
  value pids pids/pids.max || value pids pids.max
  value cpu cpu.max || { value quota cpu/cpu.cfs_quota_us; value period cpu/cpu.cfs_period_us; }
}
cd /
made=
for path in $writable $closed; do
  [ -d "$path" ] || continue
  file=$path/.cordon-probe-$$
  if printf '' >"$file"; then say "writable $path"; made="$made $file"; else say "closed $path"; fi
done
[ -n "$made" ] && rm -f $made
device() {
  [ -h "$1" ] && return
  name=\${1#/dev/}
  case $name in *[!A-Za-z0-9._/-]*) name='?' ;; esac
  if [ -b "$1" ]; then say "device block $name"; elif [ -c "$1" ]; then say "device char $name"; fi
}
for path in /dev/* /dev/.[!.]*; do
  case $path in /dev/pts|/dev/shm|/dev/mqueue) continue ;; esac
  if [ -d "$path" ]; then for inner in "$path"/*; do device "$inner"; done; else device "$path"; fi
done
for path in ${socketPaths.join(' ')}; do [ -S "$path" ] && say "socket $path"; done
each interface /proc/net/dev
each route /proc/net/route
each ipv6 /proc/net/if_inet6
count=0
for folder in /proc/[0-9]*; do
  count=$((count + 1))
  [ $count -gt 200 ] && { say 'more processes'; break; }
  name= uid= caps= privileges= filter=
  while read -r key one two more; do
    case $key in
      Name:) name="$one $two $more" ;; Uid:) uid=$two ;; CapEff:) caps=$one ;;
      NoNewPrivs:) privileges=$one ;; Seccomp:) filter=$one; break ;;
    esac
  done <"$folder/status"
  [ -n "$uid" ] && say "process \${folder#/proc/} $uid \${caps:--} \${privileges:--} \${filter:--} $name"
done
[ -n "$tries" ] && wait $tries
[ -n "$lookup" ] && found
say end
`;
