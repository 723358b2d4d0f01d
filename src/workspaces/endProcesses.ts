import pTimeout from 'p-timeout';
import { beginOf } from '../shared/beginOf.ts';
import { describeError } from '../shared/describeError.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerProcess, EngineProcesses } from './engineProcesses.ts';

/** How long a process may take to end by itself once it was asked to. */
const endGraceMs = 1500;
/** Rounds of killing: a process that forks meanwhile is found in the next one. */
const killRounds = 5;
/** How long one round of signals may take. */
const signalMs = 5000;
/** Characters of the number of processes that were signalled. */
const countCharacters = 16;

/** The variable by which every process of a session is known, its children included, also those that left its group. */
export const sessionVariable = 'CORDON_SESSION_ID';

/**
 * Signals every process that carries the session's variable or shares a process session with one that does, and prints
 * how many there were. POSIX shell with built-ins only; `grep` just makes it quicker. Process ids are those of the
 * container.
 */
const script = `
marker=$1 signal=$2 hits=0 sids=' '
marked() {
  if printf 'a\\0b\\0' | grep -qzxF b 2>/dev/null; then
    grep -lzxF -- "$marker" /proc/[0-9]*/environ 2>/dev/null
    return
  fi
  for file in /proc/[0-9]*/environ; do
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in *"$marker"*) echo "$file"; break ;; esac
    done 2>/dev/null <"$file"
  done
}
sid_of() {
  sid=
  while read -r key first _; do [ "$key" = NSsid: ] && sid=$first; done 2>/dev/null <"/proc/$1/status"
}
sid_of $$; own=$sid
pids=' '
for file in $(marked); do
  pid=\${file#/proc/}; pid=\${pid%/environ}
  sid_of "$pid"
  [ -n "$sid" ] && [ "$sid" -gt 1 ] && [ "$sid" != "$own" ] && sids="$sids$sid "
  pids="$pids$pid "
done
for dir in /proc/[0-9]*; do
  pid=\${dir#/proc/}
  sid_of "$pid"
  [ -n "$sid" ] || continue
  case $sids in *" $sid "*) case $pids in *" $pid "*) ;; *) pids="$pids$pid " ;; esac ;; esac
done
for pid in $pids; do
  [ "$pid" -gt 1 ] && [ "$pid" != $$ ] && kill -s "$signal" "$pid" 2>/dev/null && hits=$((hits + 1))
done
echo $hits
`;

/** Ends all processes of a session from within it, as Cordon would: asks first, and kills what is left. Its word is the marker. */
export const sweepScript = `
signal_all() {
${script}
}
signal_all "$1" HUP >/dev/null
sleep 2
for round in 1 2 3 4 5; do
  signal_all "$1" KILL >/dev/null
  [ "$hits" = 0 ] && break
done
`;

/** Where a session runs and who runs it: only the same user may signal it. */
export interface SessionPlace {
  readonly sessionId: string;
  readonly containerId: string;
  readonly user?: string | undefined;
  /** The variable that holds the id, where it is another one than that of sessions. */
  readonly variable?: string;
}

/** Sends a signal to all processes of a session and returns how many there were. Needs `sh` in the image. */
export async function signalSession(
  engine: EngineProcesses,
  place: SessionPlace,
  signal: 'HUP' | 'TERM' | 'KILL',
): Promise<number> {
  const process = await engine.startProcess({
    containerId: place.containerId,
    command: ['sh', '-c', script, 'sh', `${place.variable ?? sessionVariable}=${place.sessionId}`, signal],
    cwd: '/',
    env: {},
    ...(place.user === undefined ? {} : { user: place.user }),
    stdin: false,
  });
  process.stderr.resume();
  try {
    // What runs in the container can stop it, or print in its place.
    const [output] = await pTimeout(
      Promise.all([beginOf(process.stdout, countCharacters), process.exitCode]),
      {
        milliseconds: signalMs,
      },
    );
    return Number.parseInt(output, 10) || 0;
  } finally {
    process.close();
  }
}

/** Kills all processes of a session, children and grandchildren included. */
export async function killSession(engine: EngineProcesses, place: SessionPlace): Promise<void> {
  for (let round = 0; round < killRounds; round++)
    if ((await signalSession(engine, place, 'KILL')) === 0) break;
}

/**
 * Asks the processes of a session to end, waits a moment, and kills what is left, children and grandchildren included.
 * False where that could not be done.
 */
export async function endProcesses(
  engine: EngineProcesses,
  place: SessionPlace & { readonly isTerminal: boolean },
  process: ContainerProcess,
  log: Pick<Log, 'warn'>,
): Promise<boolean> {
  let isDone = false;
  const ended = process.exitCode.then(
    () => undefined,
    () => undefined,
  );
  try {
    await signalSession(engine, place, place.isTerminal ? 'HUP' : 'TERM');
    await pTimeout(ended, { milliseconds: endGraceMs, fallback: () => undefined });
    await killSession(engine, place);
    isDone = true;
  } catch (error) {
    log.warn(
      `The processes of a session could not be ended; stop the workspace to end them: ${describeError(error)}`,
    );
  }
  await pTimeout(ended, { milliseconds: endGraceMs, fallback: () => undefined });
  process.close();
  return isDone;
}
