import * as l10n from '@vscode/l10n';
import { letThroughStatus } from '../egress/letThroughStatus.ts';
import { listed } from '../findingText.ts';
import type { InsideCheck, InsideContext } from './insideCheck.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import { refusals } from './proxyQuestions.ts';

/** Devices that the kernel puts into every network namespace, without a way anywhere. */
const builtIn = /^(lo|tunl0|sit0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|ip6tnl0|ip6gre0|teql0)$/;
/** `403 Forbidden`. */
const refusal = 403;
const loopbackAddress = `${'0'.repeat(31)}1`;

/** Which ways out the kernel shows, and whether what must not answer does. */
export function networkChecks({ spec, network, plan }: InsideContext): InsideCheck[] {
  const { targets, proxy, allowed, outside } = plan;
  const hasOwn = spec.network === 'own';
  const isClosed = network !== 'open';
  return [
    {
      id: 'inside-interfaces',
      title: l10n.t('Network interfaces'),
      severity: 'critical',
      expected: hasOwn ? l10n.t('one at most') : listed([]),
      look: ({ interfaces }) => {
        const found = interfaces.filter((name) => !builtIn.test(name));
        if (!interfaces.includes('lo')) return undefined;
        return { ok: found.length <= (hasOwn ? 1 : 0), actual: listed(found) };
      },
    },
    ...(hasOwn ? [] : [noRoutes()]),
    {
      id: 'inside-ipv6',
      title: l10n.t('IPv6 addresses'),
      severity: isClosed ? 'critical' : 'warning',
      expected: listed([]),
      look: ({ ipv6 }) => {
        const found = ipv6.filter(
          ({ address, interface: name }) => name !== 'lo' && address !== loopbackAddress,
        );
        return {
          ok: spec.ipv6 || found.length === 0,
          actual: listed(found.map(({ address, interface: name }) => `${grouped(address)} (${name})`)),
        };
      },
    },
    ...(targets.length > 0 ? [unreachable(targets)] : []),
    ...(outside === undefined ? [] : [notFound(outside)]),
    ...(proxy === undefined ? [] : proxyChecks()),
    ...(proxy === undefined || allowed === undefined ? [] : [letsThrough(allowed)]),
  ];
}

/** In an isolated network there is one, to a gateway that nobody is: only trying shows that it leads nowhere. */
function noRoutes(): InsideCheck {
  return {
    id: 'inside-routes',
    title: l10n.t('Ways out of the network'),
    severity: 'critical',
    expected: listed([]),
    look: ({ routes, interfaces }) =>
      interfaces.length === 0
        ? undefined
        : { ok: routes.length === 0, actual: listed(routes.map((route) => route.interface)) },
  };
}

function unreachable(targets: InsideContext['plan']['targets']): InsideCheck {
  return {
    id: 'unreachable',
    title: l10n.t('Addresses that must not answer'),
    severity: 'critical',
    expected: l10n.t('no answer from {0}', targets.map(({ host }) => host).join(', ')),
    look: ({ reached }) => {
      const { answered, isWhole } = answersOf(targets, reached);
      if (answered.length > 0) return { ok: false, actual: l10n.t('answers: {0}', answered.join(', ')) };
      return isWhole ? { ok: true, actual: l10n.t('no answer') } : undefined;
    },
  };
}

/** A name server that is asked for a name is told it, by which data leaves, too. */
function notFound(name: string): InsideCheck {
  return {
    id: 'inside-dns',
    title: l10n.t('Names outside, looked up'),
    severity: 'critical',
    expected: l10n.t('no answer for {0}', name),
    look: ({ foundName }) =>
      foundName === undefined
        ? undefined
        : { ok: !foundName, actual: foundName ? l10n.t('it is found') : l10n.t('no answer') },
  };
}

/** Of a proxy that runs. */
function proxyChecks(): InsideCheck[] {
  return [
    {
      id: 'inside-proxy',
      title: l10n.t('Proxy, as the workspace reaches it'),
      severity: 'warning',
      expected: l10n.t('answers'),
      look: ({ asked }) => (asked.size > 0 ? { ok: true, actual: l10n.t('answers') } : undefined),
    },
    {
      id: 'inside-proxy-refuses',
      title: l10n.t('What the proxy refuses'),
      severity: 'critical',
      expected: l10n.t('a name that is not allowed, and a private address'),
      look: ({ asked }) => {
        const letThrough = [...asked].filter(([, status]) => status !== refusal).map(([name]) => name);
        if (letThrough.length > 0)
          return { ok: false, actual: l10n.t('it lets through: {0}', letThrough.join(', ')) };
        return refusals.every((name) => asked.has(name))
          ? { ok: true, actual: l10n.t('both refused') }
          : undefined;
      },
    },
  ];
}

/** By its rules alone: the name itself is not tried, which may be away today. */
function letsThrough(name: string): InsideCheck {
  return {
    id: 'inside-proxy-allows',
    title: l10n.t('What the rules of the proxy let through'),
    severity: 'warning',
    expected: l10n.t('{0}, which is not tried itself', name),
    look: ({ allows }) => {
      if (allows === letThroughStatus) return { ok: true, actual: l10n.t('let through by the rules') };
      return allows === refusal ? { ok: false, actual: l10n.t('refused by the rules') } : undefined;
    },
  };
}

/** The addresses that answered although they must not, and whether the probe tells of every one that it was to try. */
export function answersOf(
  targets: InsideContext['plan']['targets'],
  reached: ProbeAnswer['reached'],
): { readonly answered: readonly string[]; readonly isWhole: boolean } {
  const outcomes = targets.map(({ host, port }) => ({ host, outcome: reached.get(`${host} ${port}`) }));
  return {
    answered: outcomes
      .filter(({ outcome }) => outcome === 'open' || outcome === 'refused')
      .map(({ host }) => host),
    isWhole: outcomes.every(({ outcome }) => outcome !== undefined),
  };
}

function grouped(address: string): string {
  return address.replace(/(.{4})(?=.)/g, '$1:');
}
