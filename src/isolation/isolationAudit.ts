import * as l10n from '@vscode/l10n';
import type { ContainerSpec } from './containerSpec.ts';
import { isEngineNameOf } from './engineNames.ts';
import { auditEngineSupport, type EngineSupport } from './engineSupport.ts';
import { listed, listedSorted } from './findingText.ts';
import type { ContainerFacts, IsolationFinding } from './isolationReport.ts';
import { auditLimits } from './limitsAudit.ts';
import { auditMounts } from './mountsAudit.ts';
import { auditSecurityOptions } from './securityOptionsAudit.ts';
import { userText } from './workspaceUser.ts';

export interface AuditOptions {
  /** Root in the container is the person on the host, so that it is nothing to report. */
  readonly rootlessEngine?: boolean;
  /** What kernel and engine can hold; not looked at when missing. */
  readonly support?: EngineSupport;
}

/** Compares what an engine says of a container with every promise of its specification. What it did not say, does not hold. */
export function auditIsolation(
  facts: ContainerFacts,
  spec: ContainerSpec,
  { rootlessEngine = false, support }: AuditOptions = {},
): readonly IsolationFinding[] {
  return [
    ...auditPrivileges(facts, spec),
    ...auditSecurityOptions(facts.securityOptions, spec.seccomp),
    ...(rootlessEngine ? [] : [auditRoot(facts, spec)]),
    ...auditNamespaces(facts),
    ...auditNetwork(facts, spec),
    ...auditMounts(facts, spec),
    ...auditLimits(facts, spec),
    ...auditProcesses(facts, spec),
    ...(support ? auditEngineSupport(facts, spec, support) : []),
  ];
}

function auditPrivileges(facts: ContainerFacts, spec: ContainerSpec): IsolationFinding[] {
  const wantedUser = userText(spec.user);
  const added = listedSorted(facts.capabilitiesAdded.map(capability));
  const kept = listedSorted(spec.capabilities.map(capability));
  const dropsAll = facts.capabilitiesDropped.map(capability).includes('ALL');
  return [
    {
      id: 'privileged',
      title: l10n.t('Privileged'),
      ok: !facts.privileged,
      expected: l10n.t('no'),
      actual: yesOrNo(facts.privileged),
      severity: 'critical',
    },
    {
      id: 'capabilities',
      title: l10n.t('Capabilities'),
      ok: dropsAll && added === kept,
      expected: l10n.t('all dropped, kept: {0}', kept),
      actual: dropsAll
        ? l10n.t('all dropped, kept: {0}', added)
        : l10n.t('not all dropped, added: {0}', added),
      severity: 'critical',
    },
    {
      id: 'user',
      title: l10n.t('User'),
      ok: facts.user === wantedUser,
      expected: wantedUser,
      actual: facts.user === '' ? l10n.t('the user of the image') : facts.user,
      severity: 'critical',
    },
    {
      id: 'devices',
      title: l10n.t('Devices of the host'),
      ok: facts.devices === 0,
      expected: '0',
      actual: String(facts.devices),
      severity: 'critical',
    },
    {
      id: 'read-only-root',
      title: l10n.t('Read-only root file system'),
      ok: facts.readOnlyRoot === spec.readOnlyRoot,
      expected: yesOrNo(spec.readOnlyRoot),
      actual: yesOrNo(facts.readOnlyRoot),
      severity: 'warning',
    },
  ];
}

function auditRoot(facts: ContainerFacts, spec: ContainerSpec): IsolationFinding {
  const isRoot = !/^[1-9]\d*:/.test(facts.user);
  const withCapabilities = spec.capabilities.length > 0 || facts.capabilitiesAdded.length > 0;
  return {
    id: 'root-user',
    title: l10n.t('Not root'),
    ok: !isRoot,
    expected: l10n.t('a user other than root'),
    actual: !isRoot
      ? facts.user
      : withCapabilities
        ? l10n.t('root, with capabilities')
        : l10n.t('root without any capability, because you and the owner of the folder are root'),
    severity: isRoot && withCapabilities ? 'warning' : 'info',
  };
}

function auditNamespaces(facts: ContainerFacts): IsolationFinding[] {
  const shared = facts.sharedNamespaces.filter((name) => name !== 'cgroup');
  return [
    {
      id: 'namespaces',
      title: l10n.t('Namespaces shared with the host'),
      ok: shared.length === 0,
      expected: listed([]),
      actual: listedSorted(shared),
      severity: 'critical',
    },
    {
      id: 'cgroup-namespace',
      title: l10n.t('Own cgroup namespace'),
      ok: !facts.sharedNamespaces.includes('cgroup'),
      expected: l10n.t('yes'),
      actual: yesOrNo(!facts.sharedNamespaces.includes('cgroup')),
      severity: 'warning',
    },
    {
      id: 'ipc',
      title: l10n.t('Private shared memory and semaphores (IPC)'),
      ok: facts.ipcMode === 'private' || facts.ipcMode === 'none',
      expected: 'private',
      actual: facts.ipcMode === '' ? l10n.t('not told') : facts.ipcMode,
      severity: 'critical',
    },
  ];
}

function auditNetwork(facts: ContainerFacts, spec: ContainerSpec): IsolationFinding[] {
  const isOwn = (name: string) => isEngineNameOf(name, spec.workspaceId);
  const ok =
    spec.network === 'none'
      ? facts.networkMode === 'none' && facts.networks.every((name) => name === 'none')
      : facts.networks.length === 1 &&
        facts.networks.every(isOwn) &&
        (isOwn(facts.networkMode) || /^[0-9a-f]{64}$/.test(facts.networkMode));
  return [
    {
      id: 'network',
      title: l10n.t('Network'),
      ok,
      expected: spec.network === 'none' ? l10n.t('none at all') : l10n.t('only its own, {0}', spec.name),
      actual: l10n.t('{0}, attached to {1}', shortId(facts.networkMode), listedSorted(facts.networks)),
      severity: 'critical',
    },
    {
      id: 'published-ports',
      title: l10n.t('Ports published on the host'),
      ok: facts.publishedPorts === 0,
      expected: '0',
      actual: String(facts.publishedPorts),
      severity: 'critical',
    },
  ];
}

function auditProcesses(facts: ContainerFacts, spec: ContainerSpec): IsolationFinding[] {
  const wantsHealthcheck = spec.healthcheck !== undefined;
  return [
    {
      id: 'restart-policy',
      title: l10n.t('Restarted by the engine'),
      ok: facts.restartPolicy === 'no',
      expected: 'no',
      actual: facts.restartPolicy === '' ? l10n.t('not told') : facts.restartPolicy,
      severity: 'warning',
    },
    {
      id: 'init',
      title: l10n.t('An init process that cleans up after others'),
      ok: facts.init,
      expected: l10n.t('yes'),
      actual: yesOrNo(facts.init),
      severity: 'info',
    },
    {
      id: 'healthcheck',
      title: l10n.t('Health check'),
      ok: facts.hasHealthcheck === wantsHealthcheck,
      expected: yesOrNo(wantsHealthcheck),
      actual: yesOrNo(facts.hasHealthcheck),
      severity: 'info',
    },
  ];
}

/** The id of a network as people read it; a name stays whole. */
function shortId(mode: string): string {
  return /^[0-9a-f]{64}$/.test(mode) ? mode.slice(0, 12) : mode;
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

function yesOrNo(value: boolean): string {
  return value ? l10n.t('yes') : l10n.t('no');
}
