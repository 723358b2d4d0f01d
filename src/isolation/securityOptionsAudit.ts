import * as l10n from '@vscode/l10n';
import type { IsolationFinding } from './isolationReport.ts';
import type { SeccompFilter } from './profile.ts';
import { strictSeccomp } from './strictSeccomp.ts';

/**
 * Checks the security options in force: new privileges refused, the promised filter of system calls, and nothing of the
 * engine's own defaults taken away.
 */
export function auditSecurityOptions(
  options: readonly string[],
  wantedSeccomp: SeccompFilter,
): IsolationFinding[] {
  const parsed = options.map(parse);
  const ofName = (...names: string[]) => parsed.filter(({ name }) => names.includes(name));
  const privileges = ofName('no-new-privileges');
  const seccomp = ofName('seccomp');
  const access = ofName('apparmor', 'label');
  const other = parsed.filter(({ name }) => !known.has(name));
  return [
    {
      id: 'no-new-privileges',
      title: l10n.t('No new privileges'),
      ok: privileges.length > 0 && privileges.every(({ value }) => value === '' || value === 'true'),
      expected: l10n.t('yes'),
      actual: privileges.length === 0 ? l10n.t('no') : shown(privileges),
      severity: 'critical',
    },
    {
      id: 'seccomp',
      title: l10n.t('System calls filtered (seccomp)'),
      ok:
        wantedSeccomp === 'strict'
          ? seccomp.length === 1 && seccomp.every(isStrict)
          : seccomp.every(({ value }) => value === 'builtin' || value === 'default'),
      expected: wantedSeccomp === 'strict' ? ofCordon() : engineDefault(),
      actual: seccomp.length === 1 && seccomp.every(isStrict) ? ofCordon() : shown(seccomp),
      severity: 'critical',
    },
    {
      id: 'mandatory-access-control',
      title: l10n.t('Mandatory access control (AppArmor, SELinux)'),
      ok: access.every(({ value }) => !/unconfined|disable|spc_t|nested/i.test(value)),
      expected: engineDefault(),
      actual: shown(access),
      severity: 'critical',
    },
    {
      id: 'security-options',
      title: l10n.t('Other security options'),
      ok: other.length === 0,
      expected: engineDefault(),
      actual: shown(other),
      severity: 'critical',
    },
  ];
}

const known: ReadonlySet<string> = new Set(['no-new-privileges', 'seccomp', 'apparmor', 'label']);

interface SecurityOption {
  readonly text: string;
  readonly name: string;
  readonly value: string;
}

/** Word for word: another filter with the same calls in it may still allow more. */
function isStrict({ text }: SecurityOption): boolean {
  return text === `seccomp=${strictSeccomp}` || text === `seccomp:${strictSeccomp}`;
}

/** An option is a name and a value, with `=` between them or, in the old way, `:`. */
function parse(text: string): SecurityOption {
  const [, name = text, value = ''] = /^([^=:]*)[=:](.*)$/s.exec(text) ?? [];
  return { text, name: name.toLowerCase(), value: value.toLowerCase() };
}

function shown(options: readonly SecurityOption[]): string {
  return options.length === 0 ? engineDefault() : options.map(({ text }) => text.slice(0, 100)).join(', ');
}

function ofCordon(): string {
  return l10n.t('strict (Cordon)');
}

function engineDefault(): string {
  return l10n.t("the engine's default");
}
