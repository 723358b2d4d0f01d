import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import { accessLineFormat, announcedFormat } from './accessLine.ts';
import { formatEgressRule, type EgressRule } from './egressRule.ts';
import { letThroughStatus } from './letThroughStatus.ts';
import { proxyPort } from './proxyHost.ts';
import { announcerFile, endOfConfiguration, ruleMark } from './proxyProgram.ts';
import { ruleLines } from './squidRules.ts';

/**
 * Blocks that no public name should lead to: private, loopback, link-local with the metadata services of clouds,
 * multicast, documentation, benchmarks, and those through which IPv6 carries any IPv4 address.
 */
export const deniedDestinations: readonly string[] = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16'],
  ...['::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['2002::/16', '3fff::/20', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

/** It reaches the proxy in a variable, of which a kernel takes 128 KiB. */
const longestConfiguration = 120 * 1024;

/**
 * The configuration of a proxy that lets out what the rules allow and nothing else. A try passes these checks in this
 * order: it is HTTP or a tunnel, no rule denies it, a rule allows it, its name is found, and all addresses of the name lie
 * in the internet. A name that no rule allows is never looked up, so that looking up tells nobody anything.
 * `allowsEveryName` leaves out that a rule must allow it, and nothing else. `ownDestinations` are this machine's own.
 */
export function squidConfiguration(
  rules: readonly EgressRule[],
  {
    allowsEveryName = false,
    ownDestinations = [],
  }: { readonly allowsEveryName?: boolean; readonly ownDestinations?: readonly string[] } = {},
): string {
  const isAnyAllowed = allowsEveryName || rules.some(({ verdict }) => verdict === 'allow');
  const text = [
    ...rules.map((rule) => ruleMark[rule.verdict] + formatEgressRule(rule)),
    ...(allowsEveryName ? [`${ruleMark.allow}*`] : []),
    ...settings,
    ...question,
    // what the log tells of a try; a mark always matches
    ...['allowed', 'rule', 'denied', 'address', 'unresolved', 'protocol'].map(
      (reason) => `acl mark_${reason} annotate_transaction cordon=${reason}`,
    ),
    'acl tunnel method CONNECT',
    'acl plain proto HTTP',
    'acl port_tls port 443',
    'acl port_http port 80',
    'acl resolved dst all',
    'acl announced external announce',
    ...[...deniedDestinations, ...ownDestinations].map((block) => `acl elsewhere dst ${block}`),
    ...ruleLines(rules),
    'http_access deny manager mark_protocol',
    'http_access deny !tunnel !plain mark_protocol',
    'http_access deny denied_by_rule mark_denied',
    ...(isAnyAllowed
      ? [
          ...(allowsEveryName ? [] : ['http_access deny !allowed_by_rule mark_rule']),
          'http_access deny question goes_nowhere mark_asked',
          ...addressChecks,
          'http_access deny !announced',
          // that took a moment, in which the name may have got another address
          ...addressChecks,
          'http_access allow mark_allowed',
        ]
      : []),
    'http_access deny mark_rule',
    'http_access deny all',
    // Holds also where a name is looked up again between the check and the connection: nothing goes out from these. While
    // it is being looked up the answer is not known here, and its addresses may be used already.
    ...['!resolved', 'elsewhere'].flatMap((where) => [
      `tcp_outgoing_address 127.0.0.1 ${where}`,
      `tcp_outgoing_address ::1 ${where}`,
    ]),
    endOfConfiguration,
    '',
  ].join('\n');
  if (text.length > longestConfiguration)
    throw new CordonError(
      'invalidRequest',
      l10n.t('The rules of the network are too long together. Use fewer of them, and fewer with paths.'),
    );
  return text;
}

const addressChecks = [
  'http_access deny !resolved mark_unresolved',
  'http_access deny elsewhere mark_address',
];

/** Whether the rules let a name through, asked without trying it: refused before the name is looked up, or anybody told. */
const question = [
  'acl question method TRACE CONNECT',
  'acl goes_nowhere req_header Max-Forwards ^0$',
  'acl mark_asked annotate_transaction cordon=asked',
  `deny_info ${letThroughStatus}:ERR_ACCESS_DENIED mark_asked`,
  // the log tells of all but what was answered so, which is no try
  'acl only_asked note cordon asked',
  'access_log stdio:/dev/stdout logformat=cordon !only_asked',
];

const settings = [
  `http_port 0.0.0.0:${proxyPort}`,
  'visible_hostname cordon-proxy',
  'pid_filename none',
  'coredump_dir none',
  'hosts_file none',
  'max_filedescriptors 2048',
  // who asks is told no more than needed, who is asked is told nothing of the workspace
  ...['via off', 'forwarded_for delete', 'httpd_suppress_version_string on'],
  ...['reply_header_access X-Cache deny all', 'reply_header_access X-Cache-Lookup deny all'],
  'global_internal_static off',
  // nothing is kept, and little memory used
  ...[
    'cache deny all',
    'cache_mem 0',
    'memory_pools off',
    'client_db off',
    'maximum_object_size_in_memory 0 KB',
  ],
  ...['netdb_filename none', 'pinger_enable off', 'icp_port 0', 'htcp_port 0', 'snmp_port 0'],
  'digest_generation off',
  'quick_abort_min 0 KB',
  'quick_abort_max 0 KB',
  'half_closed_clients off',
  'shutdown_lifetime 0 seconds',
  ...['connect_timeout 20 seconds', 'forward_timeout 40 seconds', 'dns_timeout 10 seconds'],
  // a name that was found keeps its addresses at least so long, one that was not is soon tried again
  ...['negative_dns_ttl 5 seconds', 'positive_dns_ttl 10 minutes'],
  ...['relaxed_header_parser off', 'request_header_max_size 32 KB', 'uri_whitespace deny'],
  `logformat cordon ${accessLineFormat}`,
  // each by itself: nothing is remembered, and one program is enough
  `external_acl_type announce ttl=0 negative_ttl=0 cache=0 children-max=1 children-startup=1 concurrency=1000 queue-size=10000 ${announcedFormat} /bin/sh ${announcerFile}`,
  'cache_log /dev/stderr',
  'cache_store_log none',
  'debug_options ALL,0',
  'logfile_rotate 0',
  // helpers that are not there would be told the name of who asks, which is looked up for that
  ...['url_rewrite_extras "%>a"', 'store_id_extras "%>a"'],
];
