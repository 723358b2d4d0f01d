import { literally } from '../../shared/literally.ts';
import type { EgressRule } from './egressRule.ts';

/** Longer lines are cut into several. */
const longestLine = 1000;

/** Of HTTP and of WebDAV. */
const knownMethods = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'],
  ...['PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'SEARCH', 'REPORT', 'MKCALENDAR'],
];

/**
 * Rules in the words of squid, which take `tunnel` for what its `CONNECT` is: `denied_by_rule` and `allowed_by_rule`, the
 * latter only where a rule allows something. Names of one kind share a list, so that hundreds cost as little as one.
 */
export function ruleLines(rules: readonly EgressRule[]): readonly string[] {
  const lines = [
    // what is left of an escape after one was undone, and what a server may take for another path
    String.raw`acl odd_path urlpath_regex (^|/)\.\.?([/?;#]|$) ^[^?]*;[^?]*/ \\ % [#] [[:cntrl:]]`,
    // any other may be one of these in other letters, which some servers take for the same
    `acl known_method method ${knownMethods.join(' ')}`,
    'acl denied_by_rule all-of !all',
  ];
  for (const [index, group] of grouped(rules).entries()) {
    const [rule] = group;
    const limits = limitLines(rule, index);
    const names = nameLines(group, index);
    lines.push(...limits.lines, ...names.lines);
    for (const list of names.lists)
      for (const limit of conditionsOf(rule, limits.names))
        lines.push(`acl ${setNames[rule.verdict]} all-of ${[...limit, list].join(' ')}`);
  }
  return lines;
}

const setNames = { allow: 'allowed_by_rule', deny: 'denied_by_rule' } as const;

type Group = readonly [EgressRule, ...EgressRule[]];

/** Rules that differ in their names only. */
function grouped(rules: readonly EgressRule[]): readonly Group[] {
  const groups = new Map<string, [EgressRule, ...EgressRule[]]>();
  for (const rule of rules) {
    const key = [rule.verdict, rule.port, rule.method, rule.pathPrefix].join(' ');
    const group = groups.get(key);
    if (group) group.push(rule);
    else groups.set(key, [rule]);
  }
  return [...groups.values()];
}

/** The lists that a group's names are in: an exact name is looked up in a tree, others are matched one by one. */
function nameLines(group: Group, index: number) {
  const exact = group.filter(({ host }) => !host.startsWith('*.')).map(({ host }) => host);
  const below = group
    .filter(({ host }) => host.startsWith('*.'))
    .map(({ host }) => `${literally(host.slice(1))}$`);
  const lists = [
    { name: `names${index}`, kind: 'dstdomain', values: exact },
    { name: `below${index}`, kind: 'dstdom_regex', values: below },
  ].filter(({ values }) => values.length > 0);
  return {
    lists: lists.map(({ name }) => name),
    // without -n an address would be looked up, and whoever owns it says which name it has
    lines: lists.flatMap(({ name, kind, values }) =>
      inLines(values).map((part) => `acl ${name} ${kind} -n ${part}`),
    ),
  };
}

function limitLines({ verdict, port, method, pathPrefix }: EgressRule, index: number) {
  const limits = [
    { name: `port${index}`, text: port === undefined ? undefined : `port ${port}` },
    { name: `method${index}`, text: method === undefined ? undefined : `method ${method}` },
    { name: `path${index}`, text: pathPrefix === undefined ? undefined : pathPattern(verdict, pathPrefix) },
  ].filter(({ text }) => text !== undefined);
  return {
    names: limits.map(({ name }) => name),
    lines: limits.map(({ name, text }) => `acl ${name} ${text ?? ''}`),
  };
}

/** What must hold beside the name, as alternatives. */
function conditionsOf({ verdict, port, method, pathPrefix }: EgressRule, limits: readonly string[]) {
  const plainOnly = method !== undefined || pathPrefix !== undefined;
  if (verdict === 'deny') {
    if (!plainOnly) return [limits];
    const orOdd = (kind: string, odd: string) => {
      const named = limits.filter((name) => name.startsWith(kind));
      return named.length === 0 ? [[]] : [named, [odd]];
    };
    const ports = limits.filter((name) => name.startsWith('port'));
    const plain = orOdd('method', '!known_method').flatMap((methods) =>
      orOdd('path', 'odd_path').map((paths) => ['!tunnel', ...ports, ...methods, ...paths]),
    );
    // nobody sees what goes through a tunnel, which to another port than that of TLS may be plain HTTP
    return [...plain, ['tunnel', '!port_tls', ...ports]];
  }
  if (plainOnly)
    return [
      [
        '!tunnel',
        ...(port === undefined ? ['port_http'] : []),
        ...limits,
        ...(pathPrefix === undefined ? [] : ['!odd_path']),
      ],
    ];
  return port === undefined
    ? [
        ['tunnel', 'port_tls'],
        ['!tunnel', 'port_http'],
      ]
    : [limits];
}

/** Servers take several slashes for one, and some do not care for case: a denied path is matched like that. */
function pathPattern(verdict: EgressRule['verdict'], prefix: string): string {
  const slashes = literally(prefix).replaceAll('/', verdict === 'deny' ? '/+' : '/');
  const end = prefix.endsWith('/') ? '' : '([/?;#]|$)';
  return `urlpath_regex ${verdict === 'deny' ? '-i ' : ''}^${slashes}${end}`;
}

function inLines(values: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const value of values) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + value.length < longestLine)
      lines[lines.length - 1] = `${last} ${value}`;
    else lines.push(value);
  }
  return lines;
}
