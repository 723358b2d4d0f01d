import { domainToASCII } from 'node:url';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import { isSharedName } from './sharedName.ts';

/** What a rule decides about the tries that it matches. */
export type EgressVerdict = 'allow' | 'deny';

/** One rule of a filtered network: a name, and as much of a request as it is limited to. */
export interface EgressRule {
  readonly verdict: EgressVerdict;
  /** A name in lower case ASCII, or `*.` and a name for all names below it. */
  readonly host: string;
  /** Without one, an allowed name answers at 80 for plain HTTP and at 443 for TLS; a denied name nowhere. */
  readonly port?: number;
  /** For plain HTTP only, as is `pathPrefix`: within TLS nobody sees them. */
  readonly method?: string;
  /** Begins with `/`; covers the path itself and what lies below it. */
  readonly pathPrefix?: string;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Longer texts are refused before any work is done on them. */
const longestRule = 512;
const grammar =
  /^(?:(?<method>[A-Za-z]{1,20})[ \t]+)?(?<host>[^\s/:@?#\\%[\]]+)(?::(?<port>\d{1,5}))?(?<path>\/\S*)?$/u;
const label = /^(?!-)[a-z\d_-]{1,63}(?<!-)$/;
/** What a path may hold, without what servers take for another path: escapes, dot segments, empty segments. */
const plainPath = /^(?:\/[\w.~!$&'()*+,;=:@-]*)+$/;

/**
 * Reads a rule such as `registry.npmjs.org`, `*.example.org:8443` or `GET deb.example.org/debian`. Throws
 * `invalidRequest` for what is no name, or more names than a person can mean.
 */
export function parseEgressRule(text: string, verdict: EgressVerdict): EgressRule {
  if (typeof text !== 'string' || text.length > longestRule) throw invalid(text, tooLong());
  const { method, host, port, path } = grammar.exec(text.trim())?.groups ?? {};
  if (host === undefined)
    throw invalid(text, l10n.t('Write a rule as a name, such as "registry.npmjs.org".'));
  return {
    verdict,
    host: parseHost(text, host, verdict),
    ...(port !== undefined && { port: parsePort(text, port) }),
    ...(method !== undefined && { method: parseMethod(text, method) }),
    ...(path !== undefined && path !== '/' && { pathPrefix: parsePath(text, path, verdict) }),
  };
}

/** A rule as a person writes it; `parseEgressRule` reads the same rule from it. */
export function formatEgressRule({ host, port, method, pathPrefix }: EgressRule): string {
  return `${method === undefined ? '' : `${method} `}${host}${port === undefined ? '' : `:${port}`}${pathPrefix ?? ''}`;
}

function parseHost(text: string, host: string, verdict: EgressVerdict): string {
  const wild = host.startsWith('*.');
  const written = wild ? host.slice(2) : host;
  if (written.includes('*'))
    throw invalid(text, l10n.t('"*" can only stand for what comes before a name, as in "*.example.org".'));
  if (written.endsWith('.')) throw invalid(text, l10n.t('Write the name without a dot at its end.'));
  const name = domainToASCII(written);
  // what a URL takes for an address is no name: also a single number, and numbers in hexadecimal or octal
  if (/^[\d.]+$/.test(name) || /(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(name))
    throw invalid(text, l10n.t('Rules are about names. Addresses cannot be allowed or denied.'));
  const labels = name.split('.');
  if (name.length > 253 || !labels.every((part) => label.test(part)))
    throw invalid(text, l10n.t('"{0}" is not a name that can be looked up.', written));
  if (labels.length < 2) throw invalid(text, l10n.t('Write the whole name, such as "registry.npmjs.org".'));
  if (wild && verdict === 'allow' && isSharedName(name))
    throw invalid(
      text,
      l10n.t('Anybody can get a name below "{0}". Name the ones that you mean, one by one.', name),
    );
  return wild ? `*.${name}` : name;
}

function parsePort(text: string, digits: string): number {
  const port = Number(digits);
  if (port < 1 || port > 65535) throw invalid(text, l10n.t('A port is a number from 1 to 65535.'));
  return port;
}

function parseMethod(text: string, word: string): string {
  const method = word.toUpperCase();
  if (method === 'CONNECT')
    throw invalid(text, l10n.t('Write the name alone, which allows connections with TLS to it.'));
  if (!methods.has(method))
    throw invalid(text, l10n.t('Before the name there can be one of {0}.', [...methods].join(', ')));
  return method;
}

function parsePath(text: string, path: string, verdict: EgressVerdict): string {
  const odd = path.split('/').some((part) => part === '.' || part === '..') || path.includes('//');
  if (odd || !plainPath.test(path))
    throw invalid(
      text,
      l10n.t('A path may hold letters, digits and plain punctuation, and no "..", "//", "%" or "?".'),
    );
  // servers may take one for another path, so that no request with it is let through
  if (verdict === 'allow' && /;.*\//.test(path))
    throw invalid(text, l10n.t('In a path that is allowed, no "/" may follow a ";".'));
  return path;
}

const tooLong = () => l10n.t('A rule has at most {0} characters.', longestRule);

/** Names the rule in a way that cannot break out of the sentence. */
function invalid(text: unknown, sentence: string): CordonError {
  const shown = JSON.stringify(String(text).slice(0, 80));
  return new CordonError('invalidRequest', l10n.t('The rule {0} cannot be used. {1}', shown, sentence));
}
