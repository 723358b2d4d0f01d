import * as vscode from 'vscode';
import type { ListeningPort } from '../../workspaces/ports/listeningPorts.ts';
import type { PortForwardInfo } from '../../workspaces/ports/portForwards.ts';
import { withoutControlCharacters } from '../format.ts';
import type { DetailNode, WorkspaceNode } from '../workspaceNode.ts';

/** The row of a port: one that is listened on inside, one that is forwarded, or both. */
export interface PortNode extends DetailNode {
  readonly port: number;
  /** The id of what forwards it. */
  readonly forwardId: string | undefined;
}

/** The rows of the ports of a workspace: forwarded ones and those that are only listened on, by number. */
export function portNodes(
  parent: WorkspaceNode,
  state: string,
  listening: readonly ListeningPort[],
  forwards: readonly PortForwardInfo[],
): PortNode[] {
  const isListened = (port: number) => listening.some((each) => each.port === port);
  const rows = [
    ...forwards.map((forward) => ({
      port: forward.port,
      forwardId: forward.id,
      item: forwardedItem(parent, state, forward, isListened(forward.port)),
    })),
    ...listening
      .filter(({ port }) => !forwards.some((forward) => forward.port === port))
      .map(({ port }) => ({ port, forwardId: undefined, item: listeningItem(parent, state, port) })),
  ];
  return rows.sort((a, b) => a.port - b.port).map((row) => ({ kind: 'detail', parent, ...row }));
}

function forwardedItem(
  parent: WorkspaceNode,
  state: string,
  { id, port, address, label }: PortForwardInfo,
  isListened: boolean,
): vscode.TreeItem {
  const name = withoutControlCharacters(label ?? '');
  const where = isListened ? address : vscode.l10n.t('{0} · nothing seen listening', address);
  return portItem(name === '' ? vscode.l10n.t('Port {0}', port) : `${name} (${port})`, where, {
    id: `${parent.id}/forward/${id}`,
    icon: 'radio-tower',
    contextValue: `${state}.detail.forwardedPort`,
    tooltip: vscode.l10n.t('Port {0} of the workspace is reached at {1} of this machine.', port, address),
  });
}

/** Chosen by mouse or keyboard it forwards the port. */
function listeningItem(parent: WorkspaceNode, state: string, port: number): vscode.TreeItem {
  const item = portItem(vscode.l10n.t('Port {0}', port), vscode.l10n.t('not forwarded'), {
    id: `${parent.id}/port/${port}`,
    icon: 'plug',
    contextValue: `${state}.detail.listeningPort`,
    tooltip: vscode.l10n.t('Something in the workspace listens on port {0}. Choose it to forward it.', port),
  });
  item.command = {
    command: 'cordon.forwardPort',
    title: vscode.l10n.t('Forward Port…'),
    arguments: [parent, port],
  };
  return item;
}

function portItem(
  label: string,
  description: string,
  row: {
    readonly id: string;
    readonly icon: string;
    readonly contextValue: string;
    readonly tooltip: string;
  },
): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = row.id;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(row.icon);
  item.contextValue = row.contextValue;
  item.tooltip = row.tooltip;
  item.accessibilityInformation = { label: `${label}: ${description}` };
  return item;
}
