/**
 * One try of a workspace to reach something through its proxy. One that is let through is told twice, when it begins and
 * when it has ended, with the same `atMs`, `client` and `clientPort`.
 */
export interface EgressTry {
  /** When it began, in milliseconds since 1970. */
  readonly atMs: number;
  /** The address it came from, and the port there, by which the process can be told while it is connected. */
  readonly client: string;
  readonly clientPort: number;
  /** `CONNECT` for TLS. */
  readonly method: string;
  /** As asked for, in lower case; empty where the request was no request. */
  readonly host: string;
  /** 0 where there was none. */
  readonly port: number;
  /** Whether it goes on: what follows is not known yet, and 0. */
  readonly isOpen: boolean;
  readonly verdict: 'allowed' | 'denied';
  readonly reason: EgressReason;
  /** What the workspace got, with what its answers begin with. */
  readonly receivedBytes: number;
  /** What the workspace sent, with what its requests begin with; of a tunnel, what went through it. */
  readonly sentBytes: number;
  readonly durationMs: number;
  /** Of the answer: 200 for a connection that was made, 403 for a denied one, 503 where the server could not be reached. */
  readonly status: number;
}

const reasons = ['allowed', 'rule', 'denied', 'address', 'unresolved', 'protocol', 'malformed'] as const;
/**
 * Why a try was let through or not: no rule allows it (`rule`), one denies it (`denied`), its name leads to an address that
 * is not in the internet (`address`) or to none (`unresolved`), it is not HTTP (`protocol`) or no request at all
 * (`malformed`).
 */
export type EgressReason = (typeof reasons)[number];

/** What each line begins with, told apart from whatever else the proxy says. */
export const accessLineMark = 'cordon-try';
/** The first fields in the words of squid, as it knows them when a try begins. */
export const announcedFormat = '%tS %>a %>p %#>rm %#>rd %>rP';
/** All of them; `%#` writes anything but plain characters as `%XX`. */
export const accessLineFormat = `${accessLineMark} %tS %>a %>p %#rm %#>rd %>rP %>Hs %<st %>st %tr %#{cordon}note`;

const longestLine = 4096;
/**
 * Squid takes methods of up to 32 characters and names of up to 255, and may write each character as three. What it writes
 * of them and is not read here is a try that nobody sees.
 */
const line = new RegExp(
  `^${accessLineMark} (?<at>\\d{1,12}\\.\\d{3}) (?<client>[\\da-fA-F:.]{2,45}) (?<clientPort>\\d{1,5}) ` +
    `(?<method>[!-~]{1,96}) (?<host>[!-~]{1,768}) (?<port>\\d{1,5}|-1?) (?<status>\\d{1,3}) ` +
    `(?<received>\\d{1,15}) (?<sent>\\d{1,15}) (?<duration>\\d{1,12}) (?<note>[\\w-]{1,20})$`,
);

/** Reads one line of the proxy's log, which a workspace can put anything into; `undefined` for any other line. */
export function parseAccessLine(text: string): EgressTry | undefined {
  if (typeof text !== 'string' || text.length > longestLine) return undefined;
  const fields = line.exec(text.replace(/\r?\n$/, ''))?.groups;
  if (!fields) return undefined;
  const number = (name: string) => Number(fields[name]);
  const isOpen = fields['note'] === 'begun';
  const reason = isOpen ? 'allowed' : (reasons.find((known) => known === fields['note']) ?? 'malformed');
  const port = Math.max(0, number('port') || 0);
  if (port > 65535 || number('clientPort') > 65535) return undefined;
  return {
    atMs: Math.round(number('at') * 1000),
    client: fields['client'] ?? '',
    clientPort: number('clientPort'),
    method: fields['method'] === '-' ? '' : (fields['method'] ?? ''),
    host: fields['host'] === '-' ? '' : (fields['host'] ?? '').toLowerCase(),
    port,
    isOpen,
    verdict: reason === 'allowed' ? 'allowed' : 'denied',
    reason,
    receivedBytes: number('received'),
    sentBytes: number('sent'),
    durationMs: number('duration'),
    status: number('status'),
  };
}
