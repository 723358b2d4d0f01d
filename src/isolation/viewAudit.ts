import * as l10n from '@vscode/l10n';
import type { ContainerSpec, FolderView } from './containerSpec.ts';
import { viewOptions } from './folderView.ts';
import type { IsolationFinding } from './isolationReport.ts';

/** The engine's own driver of volumes, which mounts what it is told to. */
export const viewDriver = 'local';

/** A volume as the engine has it. */
export interface VolumeFacts {
  readonly name: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  /** The workspace whose labels it carries; empty for one without ours. */
  readonly workspaceId: string;
}

/** Whether a volume mounts exactly this view, and is this workspace's. */
export function isSameView(facts: VolumeFacts, view: FolderView, workspaceId: string): boolean {
  const wanted = Object.entries(viewOptions(view));
  return (
    facts.name === view.volume &&
    facts.driver === viewDriver &&
    facts.workspaceId === workspaceId &&
    Object.keys(facts.options).length === wanted.length &&
    wanted.every(([name, value]) => facts.options[name] === value)
  );
}

/** Checks that the volume of a view mounts what was promised: the folder, below a place that takes every write. */
export function auditView(facts: VolumeFacts | undefined, spec: ContainerSpec): IsolationFinding[] {
  const { view, workspaceId } = spec;
  if (!view) return [];
  return [
    {
      id: 'folder-view',
      title: l10n.t('The folder is only read; what is written is kept elsewhere'),
      ok: facts !== undefined && isSameView(facts, view, workspaceId),
      expected: viewOptions(view)['o'] ?? '',
      actual: facts ? `${facts.driver}: ${described(facts.options)}` : l10n.t('no such volume'),
      severity: 'critical',
    },
  ];
}

function described({ type = '', o = '' }: Readonly<Record<string, string>>): string {
  return `${type} ${o}`.trim().slice(0, 1000);
}
