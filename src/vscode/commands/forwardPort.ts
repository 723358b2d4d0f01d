import * as vscode from 'vscode';
import type { PortForwards } from '../../workspaces/ports/portForwards.ts';
import type { PortWatch } from '../../workspaces/ports/portWatch.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { withoutLinks } from '../inertText.ts';
import { withoutCancel } from '../progress.ts';
import { askPort } from '../ports/askPort.ts';
import { copyAddress, openInBrowser } from '../ports/portAddress.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

interface Dependencies {
  readonly targets: Pick<Targets, 'one'>;
  readonly ports: {
    readonly watch: Pick<PortWatch, 'latest'>;
    readonly forwards: Pick<PortForwards, 'forward' | 'list'>;
  };
  /** Runs what a button of a message stands for as a command of its own. */
  readonly runLater: (work: () => Promise<void>) => void;
}

/** Forwards a port of a workspace: that of a row, or one that the person names. */
export function forwardPort({ targets, ports, runLater }: Dependencies): Command {
  return async (...args) => {
    const workspace = await targets.one('forwardPort', args);
    if (!workspace) return;
    const port = portOf(args) ?? (await askPortOf(workspace, ports));
    if (typeof port !== 'number') return;
    const { localPort } = await withoutCancel(
      vscode.l10n.t('Forwarding port {0} of {1}', port, workspace.name),
      () => ports.forwards.forward(workspace.id, port),
    );
    tell(workspace, port, localPort, runLater);
  };
}

function tell(
  workspace: Workspace,
  port: number,
  localPort: number,
  runLater: Dependencies['runLater'],
): void {
  const [open, copy] = [vscode.l10n.t('Open in Browser'), vscode.l10n.t('Copy Address')];
  void vscode.window
    .showInformationMessage(
      vscode.l10n.t(
        'Port {0} of {1} is reached at {2}.',
        port,
        withoutLinks(workspace.name),
        `127.0.0.1:${localPort}`,
      ),
      open,
      copy,
    )
    .then((answer) => {
      const forwarded = { port, localPort };
      if (answer === open) runLater(() => openInBrowser(forwarded));
      if (answer === copy) runLater(() => copyAddress(forwarded));
    });
}

/** The port of a row, or a number beside a workspace. */
function portOf([row, number]: readonly unknown[]): number | undefined {
  if (typeof number === 'number') return number;
  const isRow = typeof row === 'object' && row !== null && 'port' in row;
  return isRow && typeof row.port === 'number' ? row.port : undefined;
}

function askPortOf({ id, name }: Workspace, { watch, forwards }: Dependencies['ports']) {
  const forwarded = forwards.list(id);
  const offered = watch.latest(id).find(({ port }) => !forwarded.some((each) => each.port === port));
  return askPort(
    { title: vscode.l10n.t('Forward Port of {0}', name) },
    {
      prompt: vscode.l10n.t('A port on which something in the workspace listens, or will'),
      placeholder: '3000',
      value: offered ? String(offered.port) : '',
    },
  );
}
