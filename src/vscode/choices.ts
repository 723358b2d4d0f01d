import * as vscode from 'vscode';
import type { Limits, MountMode, NetworkMode, ProfileName } from '../isolation/profile.ts';

/** What a profile means, in a sentence. */
export function describeProfile(profile: ProfileName): string {
  switch (profile) {
    case 'basic':
      return vscode.l10n.t('For code that you trust: files of the image can be changed, packages installed');
    case 'standard':
      return vscode.l10n.t(
        'No capabilities, read-only image, your own user, allowed names only, limits on everything',
      );
    case 'strict':
      return vscode.l10n.t(
        'For code that you do not trust: no network, folder read-only, fewer system calls, tight limits',
      );
  }
}

/** What a runtime with a kernel of its own is and costs, in a sentence. */
export function describeRuntime(runtime: string): string {
  return runtime.includes('kata')
    ? vscode.l10n.t('{0}: a small virtual machine for each workspace, slower to start', runtime)
    : vscode.l10n.t(
        '{0}: a kernel of its own in user space, slower system calls, about 24 MB for each workspace',
        runtime,
      );
}

/** What a network mode means, in a sentence. */
export function describeNetwork(network: NetworkMode): string {
  switch (network) {
    case 'open':
      return vscode.l10n.t('Reaches the internet, never another workspace');
    case 'filtered':
      return vscode.l10n.t('Reaches only names that are allowed');
    case 'isolated':
      return vscode.l10n.t('A network of its own with no way out, not even to this machine');
    case 'none':
      return vscode.l10n.t('No network at all');
  }
}

/** What a mount mode means, in a sentence. */
export function describeMount(mount: MountMode): string {
  switch (mount) {
    case 'live':
      return vscode.l10n.t('The container reads and writes your folder');
    case 'readonly':
      return vscode.l10n.t('The container can only read your folder');
    case 'review':
      return vscode.l10n.t('The container works on a copy; you accept or discard its changes');
  }
}

/** Limits in one line. */
export function describeLimits(limits: Limits): string {
  return vscode.l10n.t(
    '{0} CPU · {1} MiB memory · {2} processes · {3} MiB temporary files',
    limits.cpus,
    limits.memoryMiB,
    limits.pids,
    limits.tmpMiB,
  );
}
