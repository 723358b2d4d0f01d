import { proxyPort } from '../egress/proxyHost.ts';

/** What a proxy is asked for and must refuse: a name that nobody allows, and the metadata service of clouds. */
export const refusedNames = ['not-allowed.cordon.invalid', '169.254.169.254'] as const;

const tunnel = String.raw`CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\nConnection: close\r\n\r\n`;
/** Whether a name is let through. The proxy answers that itself, by its rules: nothing of it goes out. */
const letsThrough = String.raw`TRACE http://%s/ HTTP/1.1\r\nHost: %s\r\nMax-Forwards: 0\r\nConnection: close\r\n\r\n`;
/** A proxy that runs refuses within a few milliseconds. */
const answerSeconds = 0.3;
const betweenSeconds = 0.02;

/** Every question is a job of its own, ended with all that it started. A proxy that was just started is waited for. */
const bash = `
set -m
proxy=$1 jobs=
question() {
  (
    until exec 3<>"/dev/tcp/$proxy/${proxyPort}"; do read -rt ${betweenSeconds} <> <(:); done
    printf "$1" "$2" "$2" >&3 &&
      read -rt ${answerSeconds} version status rest <&3 && printf "%s %s\\n" "$3" $status
  ) &
  jobs="$jobs $!"
}
for what in ${refusedNames.join(' ')}; do question "${tunnel}" $what "asked $what"; done
[ -n "$2" ] && question "${letsThrough}" "$2" allows
( sleep ${answerSeconds}; for j in $jobs; do kill -KILL -- "-$j"; done ) & timer=$!
wait $jobs
kill -KILL -- "-$timer"
`;

/**
 * The part of the probe that asks a proxy, as shell functions: `ask` takes its address, and a name that it must let through
 * or nothing.
 */
export const proxyQuestions = `
question() {
  { printf "$2" "$3" "$3"; sleep ${answerSeconds} || sleep 1; } | timeout 2 nc "$1" ${proxyPort} | {
    read -r version status rest; [ -n "$status" ] && say "$4 $status"
  } &
}
ask() {
  if command -v bash >/dev/null; then say asks; bash -c '${bash}' bash "$1" "$2"
  elif command -v nc >/dev/null && command -v timeout >/dev/null; then
    say asks
    for what in ${refusedNames.join(' ')}; do question "$1" '${tunnel}' $what "asked $what"; done
    [ -n "$2" ] && question "$1" '${letsThrough}' "$2" allows
    wait
  fi
}`;
