import * as vscode from 'vscode';
import type { PortForwardInfo, PortForwards } from '../../workspaces/ports/portForwards.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutControlCharacters } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import { copyAddress, openInBrowser } from '../ports/portAddress.ts';
import { askText, back } from '../quickInput.ts';
import type { Command } from './command.ts';

interface Dependencies {
  readonly service: Pick<WorkspaceService, 'list' | 'get'>;
  readonly ports: { readonly forwards: Pick<PortForwards, 'list' | 'stop' | 'setLabel'> };
}

/** Opens a forwarded port in the browser. */
export function openPort(dependencies: Dependencies): Command {
  return withPort(dependencies, () => vscode.l10n.t('Open Port in Browser'), openInBrowser);
}

/** Copies the address of a forwarded port. */
export function copyPortAddress(dependencies: Dependencies): Command {
  return withPort(dependencies, () => vscode.l10n.t('Copy Address of Port'), copyAddress);
}

/** Ends a forwarded port with its connections. */
export function stopForwardingPort(dependencies: Dependencies): Command {
  return withPort(
    dependencies,
    () => vscode.l10n.t('Stop Forwarding Port'),
    ({ id }) => dependencies.ports.forwards.stop(id),
  );
}

/** Asks for the name by which a forwarded port is shown. */
export function labelPort(dependencies: Dependencies): Command {
  const title = () => vscode.l10n.t('Set Label of Port…');
  return withPort(dependencies, title, async ({ id, port, label }) => {
    const answer = await askText(
      { title: vscode.l10n.t('Label of Port {0}', port) },
      {
        prompt: vscode.l10n.t('The name shown for the port. Empty: its number.'),
        value: label ?? '',
        problemOf: (text) =>
          text.length > 100 ? vscode.l10n.t('A label has 100 characters at most.') : undefined,
      },
    );
    if (answer !== undefined && answer !== back) dependencies.ports.forwards.setLabel(id, answer.trim());
  });
}

function withPort(
  dependencies: Dependencies,
  title: () => string,
  work: (forwarded: PortForwardInfo) => Promise<void>,
): Command {
  return async (...args) => {
    const all = dependencies.service.list().flatMap(({ id }) => dependencies.ports.forwards.list(id));
    const [row] = args;
    const meant =
      typeof row === 'object' && row !== null && 'forwardId' in row
        ? all.find(({ id }) => id === row.forwardId)
        : await ask(dependencies, title(), all);
    if (meant) await work(meant);
  };
}

async function ask(
  { service }: Dependencies,
  title: string,
  all: readonly PortForwardInfo[],
): Promise<PortForwardInfo | undefined> {
  if (all.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No port is forwarded.'));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    all.map((forwarded) => ({
      label: vscode.l10n.t('Port {0}', forwarded.port),
      description: [
        withoutIcons(service.get(forwarded.workspaceId)?.name ?? ''),
        withoutIcons(withoutControlCharacters(forwarded.label ?? '')),
        forwarded.address,
      ]
        .filter(Boolean)
        .join(' · '),
      forwarded,
    })),
    { title, placeHolder: vscode.l10n.t('Choose a forwarded port'), matchOnDescription: true },
  );
  return picked?.forwarded;
}
