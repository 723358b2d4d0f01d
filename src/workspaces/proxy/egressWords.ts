import * as l10n from '@vscode/l10n';
import type { EgressTry } from '../../isolation/egress/accessLine.ts';
import { hasUsualPort } from '../../isolation/egress/ruleFor.ts';

/** What is told apart of what is tried: the name and the port. */
export function egressAddress({ host, port }: Pick<EgressTry, 'host' | 'port'>): string {
  return `${host}:${port}`;
}

const longestShown = 64;

/** A name and its port, as it is shown: of a long one its end is what tells whose it is. */
export function nameAndPort({ host, port, method }: Pick<EgressTry, 'host' | 'port' | 'method'>): string {
  const text = port === 0 || hasUsualPort({ port, method }) ? host : `${host}:${port}`;
  return text.length <= longestShown ? text : `${text.slice(0, 12)}…${text.slice(13 - longestShown)}`;
}

/** Why a try was denied. */
export function deniedWord(reason: EgressTry['reason']): string {
  switch (reason) {
    case 'denied':
      return l10n.t('denied by a rule');
    case 'address':
      return l10n.t('denied: it leads to a private address');
    case 'unresolved':
      return l10n.t('denied: there is no such name');
    case 'protocol':
    case 'malformed':
      return l10n.t('denied: no request that the proxy understands');
    case 'rule':
    case 'allowed':
      return l10n.t('denied');
  }
}
