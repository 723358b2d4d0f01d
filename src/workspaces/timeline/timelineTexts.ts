import * as l10n from '@vscode/l10n';
import type { CountedTry } from '../proxy/egressNews.ts';
import { deniedWord, nameAndPort } from '../proxy/egressWords.ts';
import type { SessionChange, SessionInfo } from '../session.ts';
import type { ContainerState } from '../workspace.ts';

/** What became of a container. */
export function containerText(container: ContainerState): string {
  switch (container.kind) {
    case 'absent':
      return l10n.t('The container is gone.');
    case 'creating':
      return l10n.t('The container is being made.');
    case 'running':
      return l10n.t('The container runs.');
    case 'paused':
      return l10n.t('The container is paused.');
    case 'stopping':
      return l10n.t('The container is being stopped.');
    case 'stopped':
      return l10n.t('The container has stopped.');
    case 'failed':
      return l10n.t('The container has ended: {0}', container.reason);
    case 'unknown':
      return container.reason === undefined
        ? l10n.t('The engine cannot be asked about the container.')
        : l10n.t('The engine cannot be asked about the container: {0}', container.reason);
  }
}

/** What a session that begins is. */
export function startedText({ kind, command: words }: Pick<SessionInfo, 'kind' | 'command'>): string {
  const command = words.join(' ');
  switch (kind) {
    case 'terminal':
      return l10n.t('Terminal started: {0}', command);
    case 'command':
      return l10n.t('Command started: {0}', command);
    case 'task':
      return l10n.t('Task started: {0}', command);
    case 'languageServer':
      return l10n.t('Language server started: {0}', command);
    case 'port':
      return l10n.t('Forwarded: {0}', command);
  }
}

/** How a session ended. */
export function endedText(
  { kind, command }: Pick<SessionInfo, 'kind' | 'command'>,
  { exitCode, durationMs }: NonNullable<SessionChange['end']>,
): string {
  const words = command.join(' ');
  if (kind === 'port') return l10n.t('Forwarding ended after {0} ms: {1}', durationMs, words);
  return exitCode === undefined
    ? l10n.t('Lost after {0} ms: {1}', durationMs, words)
    : l10n.t('Ended with exit code {0} after {1} ms: {2}', exitCode, durationMs, words);
}

/** What a workspace tried to reach, what became of it, and which session ran meanwhile, where that is known. */
export function triedText(seen: CountedTry): string {
  const text = outcomeText(seen);
  return seen.session === undefined ? text : l10n.t('{0}, while this ran: {1}', text, seen.session);
}

function outcomeText(seen: CountedTry): string {
  const { count, verdict, status, sentBytes, receivedBytes, durationMs, isCutOff, isOpen } = seen;
  const what = `${seen.method} ${nameAndPort(seen)}`;
  if (verdict === 'denied')
    return count === 1
      ? l10n.t('{0}: {1}', what, deniedWord(seen.reason))
      : l10n.t('{0}: {1}, {2} times', what, deniedWord(seen.reason), count);
  if (isCutOff)
    return count === 1
      ? l10n.t('{0}: allowed, and cut off as its proxy ended', what)
      : l10n.t('{0}: allowed {1} times, and cut off as its proxy ended', what, count);
  if (isOpen)
    return count === 1
      ? l10n.t('{0}: allowed, and open still', what)
      : l10n.t('{0}: allowed {1} times, and open still', what, count);
  return count === 1
    ? l10n.t(
        '{0}: answer {1} after {2} ms, {3} bytes sent, {4} received',
        ...[what, status, durationMs, sentBytes, receivedBytes],
      )
    : l10n.t(
        '{0}: {1} times, the last one with answer {2} after {3} ms, {4} bytes sent in all, {5} received',
        ...[what, count, status, durationMs, sentBytes, receivedBytes],
      );
}
