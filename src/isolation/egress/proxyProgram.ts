import { accessLineMark } from './accessLine.ts';
import { proxyPort } from './proxyHost.ts';

/** The last line of a configuration, so that a part is never taken for the whole. */
export const endOfConfiguration = '# end of the configuration';
/** The variable of a proxy's container that holds the configuration it starts with. */
export const proxyConfigurationVariable = 'CORDON_PROXY_RULES';
/** What a proxy prints, a line of its own, once it takes tries. */
export const proxyReadyLine = 'cordon-ready';
/** What it prints whenever it begins, also in place of one that ended, and with it all that was open. */
export const proxyBeginLine = 'cordon-begin';
/** Who the proxy runs as: `proxy` in Debian and in Ubuntu. */
export const proxyUser = '13:13';
const folder = '/run/cordon';
/** What the proxy can write to, and nothing else: places and the options of their mounts. */
export const proxyTmpfs: Readonly<Record<string, string>> = {
  [folder]: 'rw,noexec,nosuid,nodev,size=1m,mode=0700,uid=13,gid=13',
};

/**
 * Tells of each try that is let through when it begins: squid itself tells of one when it has ended, which a tunnel may
 * never do. Squid asks it before it lets anything out, and what it is not told `OK` stays inside.
 */
const announcer = [
  'exec 3>/proc/1/fd/1',
  'while read -r id at client port method host to _; do',
  `echo "${accessLineMark} $at $client $port $method $host $to 0 0 0 0 begun" >&3 && echo "$id OK"; done`,
];
/** Where the program of `external_acl_type announce` is. */
export const announcerFile = `${folder}/announce.sh`;

/** Begins the lines of a configuration that say its rules as people write them. */
export const ruleMark = { allow: '# allow ', deny: '# deny ' } as const;

/** How often in a row squid may end by itself, each time within so many seconds, before its container ends with it. */
const quickEnds = { most: 3, seconds: 10 };

/**
 * What a proxy's container runs in place of its image's entrypoint and command: squid, again whenever it is asked to let
 * go of all connections, and when it ends by itself after it took tries, unless it does so again and again. Without a whole
 * configuration it does not start.
 */
export function proxyCommand(): string[] {
  return shell(
    'umask 077',
    `cd ${folder}`,
    `printf '%s' "$${proxyConfigurationVariable}" >squid.conf`,
    `unset ${proxyConfigurationVariable}`,
    isWhole('squid.conf'),
    `cat >${announcerFile} <<'END'\n${announcer.join('\n')}\nEND`,
    // says so once it listens, or nothing if it never does
    `{ until [ -n "$(listener)" ]; do sleep 0.02; done; : >up; echo ${proxyReadyLine}; } &`,
    `trap 'over=1; kill -TERM "$squid" || :' TERM INT`,
    `trap 'kill -HUP "$squid" || :' HUP`,
    // asked in another way it would take a second, in which nobody is answered
    `trap 'again=1; kill -KILL "$squid" || :' USR1`,
    'again=1 over= ends=0',
    'while [ -n "$again" ]; do again= since=$(date +%s)',
    `echo ${proxyBeginLine}`,
    `squid -N -f ${folder}/squid.conf & squid=$!`,
    // a signal ends a wait, and not what is waited for
    'code=0; wait "$squid" || code=$?',
    'while kill -0 "$squid" 2>/dev/null; do code=0; wait "$squid" || code=$?; done',
    // one that was not ready yet for a hangup ends by it, and a failure of squid is no end of its configuration
    'if [ -z "$again$over" ] && { [ "$code" = 129 ] || [ -e up ]; }; then',
    `[ $(($(date +%s) - since)) -lt ${quickEnds.seconds} ] || ends=0`,
    `ends=$((ends + 1)); [ $ends -gt ${quickEnds.most} ] || { again=1; sleep 0.1; }`,
    'fi',
    'done',
    'exit "$code"',
  );
}

/**
 * A command to run in a proxy's container that takes another configuration from its standard input. It ends with 0 once
 * that is in force; with any other code the one before is in force, and the standard error says why. Connections that
 * are open are kept where it allows all that was allowed, and otherwise ended, as nothing else would end a tunnel.
 */
export function proxyReload(): string[] {
  return shell(...putsInForce, ...takesNext('cat'), 'putInForce "$next" "$before"', 'rm "$mine"');
}

/** Longest time for which a configuration is in force that was to be so for a while. */
export const longestWhileMs = 30 * 60_000;
/** What is printed, a line of its own, once a configuration is in force for a while. */
export const proxyWhileLine = 'cordon-while';

/**
 * The same for as long as its standard input stays open after the last line of the configuration, and never longer than
 * `longestWhileMs`. Then the one before is in force again. It ends with 0, also once a third one has taken its place.
 */
export function proxyReloadForWhile(): string[] {
  return shell(
    ...putsInForce,
    ...takesNext(
      `while IFS= read -r line; do printf '%s\\n' "$line"; [ "$line" != '${endOfConfiguration}' ] || break; done`,
    ),
    'putInForce "$next" "$before"',
    `echo ${proxyWhileLine}`,
    // what is begun beside this has no input but one that it is given
    'exec 3<&0',
    `timeout ${longestWhileMs / 1000} cat <&3 >/dev/null & open=$!`,
    '{ while [ squid.conf -ef "$mine" ]; do sleep 0.2; done; kill $open; } >/dev/null 2>&1 & watch=$!',
    'wait $open || :',
    'kill $open $watch 2>/dev/null || :',
    '[ ! squid.conf -ef "$mine" ] || putInForce "$before" "$next"',
  );
}

/** Steps that take a configuration into the file `$next`, and end where it cannot be used. */
function takesNext(reader: string): readonly string[] {
  return [
    'umask 077',
    `cd ${folder}`,
    // others may do the same at this moment
    `next=${folder}/next.$$ before=${folder}/before.$$ mine=${folder}/mine.$$`,
    `tidy() { rm -f "$next" "$before" "$mine"; }; tidy; trap 'putBack; tidy' EXIT`,
    // whoever ends this ends it like the end of its input
    'trap : TERM INT HUP',
    `${reader} >"$next"`,
    `${isWhole('"$next"')} || { echo 'a part of the configuration is missing' >&2; exit 3; }`,
    // says much, also when all is well
    `said=$(squid -k parse -f "$next" 2>&1) || { echo "$said" | grep -vE '(Processing|Startup|Initializing)[: ]' >&2; exit 5; }`,
    'ln "$next" "$mine"',
  ];
}

/**
 * Steps with which `putInForce` takes a file for the configuration, keeps the one before as another, and returns once it is
 * in force. `putBack` has the one before in force again where `$mine` is the configuration still.
 */
const putsInForce: readonly string[] = [
  'putBack() { [ ! squid.conf -ef "$mine" ] || { mv "$before" squid.conf; kill -USR1 1; }; }',
  "again() { tries=$((tries - 1)); [ $tries -gt 0 ] || { echo 'it does not listen anew' >&2; exit 4; }; sleep 0.02; }",
  'putInForce() {',
  `lost=$(grep '^${ruleMark.allow}' squid.conf | grep -vxFf "$1" || true)`,
  `denied=$(grep '^${ruleMark.deny}' "$1" | grep -vxFf squid.conf || true)`,
  'signal=HUP; [ -z "$lost$denied" ] || signal=USR1',
  'tries=100',
  'until was=$(listener) && [ -n "$was" ]; do again; done',
  'ln squid.conf "$2"; mv "$1" squid.conf',
  'kill -$signal 1',
  // it listens anew when it has read the configuration
  'until now=$(listener) && [ -n "$now" ] && [ "$now" != "$was" ]; do again; done',
  '}',
];

/** Whether the whole of a configuration is there. */
const isWhole = (file: string) => `[ "$(tail -n 1 ${file})" = '${endOfConfiguration}' ]`;

const hexPort = proxyPort.toString(16).toUpperCase().padStart(4, '0');
/** The number of the socket that the proxy listens at. */
const listener = `listener() { while read -r _ local _ state _ _ _ _ _ socket _; do case "$local $state" in *:${hexPort}\\ 0A) echo "$socket";; esac; done </proc/net/tcp; }`;

const shell = (...steps: readonly string[]) => ['/bin/sh', '-c', [listener, 'set -e', ...steps].join('\n')];
