import type { EgressTry } from '../egress/accessLine.ts';
import { proxyPort } from '../egress/proxyHost.ts';

/** Nobody allows it. */
const stranger = 'not-allowed.cordon.invalid';
/** The metadata service of clouds. */
const metadata = '169.254.169.254';

/** Whether a name is let through. The proxy answers that itself, by its rules: nothing of it goes out. */
const goesNowhere = String.raw`Max-Forwards: 0\r\nConnection: close\r\n\r\n`;
const letsThrough = String.raw`TRACE http://%s/ HTTP/1.1\r\nHost: %s\r\n${goesNowhere}`;
const letsTunnel = String.raw`CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n${goesNowhere}`;
/** Of an address the rules are not all that decides. */
const tunnel = String.raw`CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\nConnection: close\r\n\r\n`;

/** What of that is asked how, and what the answer of the probe calls it. */
const questions = [
  { request: letsThrough, name: stranger, called: stranger },
  { request: letsTunnel, name: stranger, called: `${stranger}:443` },
  { request: tunnel, name: metadata, called: metadata },
] as const;
/** Whether the check of the isolation asks for this; the metadata service only by a tunnel, which leaves other tries of it. */
export function isQuestion({ host, port, method }: Pick<EgressTry, 'host' | 'port' | 'method'>): boolean {
  return questions.some(
    ({ request, name }) =>
      host === name && method === request.split(' ', 1)[0] && port === (method === 'CONNECT' ? 443 : 80),
  );
}

/** All that must be refused, as the answer of the probe calls it. */
export const refusals: readonly string[] = questions.map(({ called }) => called);

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
${questions.map(({ request, name, called }) => `question "${request}" ${name} "asked ${called}"`).join('\n')}
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
    ${questions.map(({ request, name, called }) => `question "$1" "${request}" ${name} "asked ${called}"`).join('\n    ')}
    [ -n "$2" ] && question "$1" "${letsThrough}" "$2" allows
    wait
  fi
}`;
