import * as l10n from '@vscode/l10n';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { SecurityFinding } from '../monitor/securityReporter.ts';
import type { Operations } from '../operations.ts';
import type { Surroundings } from '../surroundings.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { BriefRules } from './briefRules.ts';
import { EgressWatch } from './egressWatch.ts';
import { ProxyKeeper } from './proxyKeeper.ts';
import type { SessionsOf } from './sessionOfTry.ts';
import { WorkspaceProxies } from './workspaceProxies.ts';

/** The proxies of filtered networks, what keeps them in step, and what sees what is tried. */
export interface Proxies extends Disposable {
  readonly proxies: WorkspaceProxies;
  readonly briefRules: BriefRules;
  readonly keeper: ProxyKeeper;
  readonly egress: EgressWatch;
}

export function composeProxies(
  parts: Pick<
    Surroundings,
    | 'engines'
    | 'egress'
    | 'onDidChangeEgress'
    | 'hostAddresses'
    | 'isAlive'
    | 'isOpenHere'
    | 'onDidChangeOpenFolders'
    | 'log'
  > & {
    readonly store: WorkspaceStore;
    readonly operations: Operations;
    readonly sessionsOf: SessionsOf;
    readonly report: (finding: SecurityFinding) => void;
    readonly onAbandoned: () => void;
  },
): Proxies {
  const { store, engines, operations, hostAddresses, isAlive, isOpenHere, onAbandoned, log } = parts;
  const disposables = new DisposableStore();
  const briefRules = disposables.add(new BriefRules(store));
  const proxies = new WorkspaceProxies({ settings: parts.egress, briefRules, hostAddresses, log });
  return {
    proxies,
    briefRules,
    keeper: disposables.add(
      new ProxyKeeper({
        ...{ store, engines, operations, proxies, isAlive, isOpenHere, onAbandoned, log },
        onDidChangeRules: parts.onDidChangeEgress,
        onUnusableRules: (workspaceId, occurrence, reason) => {
          parts.report({
            ...{ workspaceId, occurrence, cause: 'cutOff', severity: 'warning', subjects: [] },
            message: l10n.t(
              'Its rules and those of the settings cannot be used. Its proxy keeps to those from before until they are changed: {0}',
              reason,
            ),
          });
        },
        onImageMissing: (workspaceId, occurrence, reason) => {
          parts.report({
            ...{ workspaceId, occurrence, cause: 'cutOff', severity: 'warning', subjects: [] },
            message: l10n.t(
              'Its proxy cannot be brought back, so that the workspace reaches nothing: {0}',
              reason,
            ),
          });
        },
        onCutOff: (workspaceId, occurrence) => {
          parts.report({
            ...{ workspaceId, occurrence, cause: 'cutOff', severity: 'warning', subjects: [] },
            message: l10n.t('Its proxy has ended. The workspace reaches nothing until Cordon has it back.'),
          });
        },
      }),
    ),
    egress: disposables.add(new EgressWatch(parts)),
    dispose: () => {
      disposables.dispose();
    },
  };
}
