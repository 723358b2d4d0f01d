import * as l10n from '@vscode/l10n';
import type { EgressTry } from '../../isolation/egress/accessLine.ts';

/** A name and its port, which also is the rule that is about it; without the port where that is the usual one. */
export function nameAndPort({ host, port }: Pick<EgressTry, 'host' | 'port'>): string {
  return (port === 80 || port === 443 || port === 0 ? host : `${host}:${port}`).slice(0, 200);
}

/** Why a try was denied. */
export function deniedWord(reason: EgressTry['reason']): string {
  switch (reason) {
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
