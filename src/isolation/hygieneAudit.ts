import * as l10n from '@vscode/l10n';
import type { ContainerSpec } from './containerSpec.ts';
import { listed, listedSorted } from './findingText.ts';
import type { ContainerFacts, IsolationFinding } from './isolationReport.ts';
import { looksSecret } from './secretNames.ts';
import { isRoot } from './workspaceUser.ts';

/** A command that runs in a container beside its main process. */
export interface CommandFacts {
  readonly privileged: boolean;
  /** Empty for the user of the container. */
  readonly user: string;
}

export interface HygieneContext {
  readonly commands: readonly CommandFacts[];
  /** Whether the engine confines containers by AppArmor. */
  readonly hasAppArmor: boolean;
  /** What the image's reference names now; missing where the engine does not have it any more. */
  readonly currentImageId?: string | undefined;
  readonly rootlessEngine: boolean;
}

/** Checks what the CIS Docker Benchmark asks for beyond the promises of the profile. */
export function auditHygiene(
  facts: ContainerFacts,
  spec: ContainerSpec,
  { commands, hasAppArmor, currentImageId, rootlessEngine }: HygieneContext,
): IsolationFinding[] {
  const secrets = facts.environmentNames.filter(looksSecret);
  const privileged = commands.filter((command) => command.privileged).length;
  const asRoot = commands.filter(({ user }) => /^(0|root)(:|$)/.test(user)).length;
  const isRootUsual = rootlessEngine || 'name' in spec.user || isRoot(spec.user);
  const isConfined = facts.appArmorProfile !== '' && facts.appArmorProfile !== 'unconfined';
  return [
    ...(hasAppArmor
      ? [
          {
            id: 'apparmor',
            title: l10n.t('AppArmor profile in force'),
            ok: isConfined,
            expected: l10n.t('yes'),
            actual: isConfined ? facts.appArmorProfile.slice(0, 100) : listed([]),
            severity: 'warning' as const,
          },
        ]
      : []),
    {
      id: 'privileged-commands',
      title: l10n.t('Privileged commands that run in it'),
      ok: privileged === 0,
      expected: '0',
      actual: String(privileged),
      severity: 'critical',
    },
    ...(isRootUsual
      ? []
      : [
          {
            id: 'root-commands',
            title: l10n.t('Commands that run in it as root'),
            ok: asRoot === 0,
            expected: '0',
            actual: String(asRoot),
            severity: 'warning' as const,
          },
        ]),
    {
      id: 'cgroup-parent',
      title: l10n.t('Control group of its own under that of the engine'),
      ok: facts.cgroupParent === '',
      expected: l10n.t('yes'),
      actual: facts.cgroupParent === '' ? l10n.t('yes') : l10n.t('no: {0}', facts.cgroupParent.slice(0, 100)),
      severity: 'warning',
    },
    {
      id: 'image',
      title: l10n.t('Made of the image that its reference names now'),
      ok: currentImageId === undefined || bare(currentImageId) === bare(facts.imageId),
      ...(currentImageId === undefined && { ok: false, unproven: true }),
      expected: shortId(currentImageId),
      actual: shortId(facts.imageId),
      severity: 'info',
    },
    {
      id: 'secrets',
      title: l10n.t('Environment variables that look like secrets'),
      ok: secrets.length === 0,
      expected: listed([]),
      actual: listedSorted(secrets.map((name) => name.slice(0, 80))),
      severity: 'info',
    },
  ];
}

function bare(imageId: string): string {
  return imageId.replace(/^sha256:/, '');
}

function shortId(imageId: string | undefined): string {
  return imageId === undefined || imageId === '' ? l10n.t('not told') : bare(imageId).slice(0, 12);
}
