import { nameDecisions, type MessageToPage } from '../detailsMessages.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isAmount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const sample = record({
  atMs: isAmount,
  cpuCores: isAmount,
  memoryBytes: isAmount,
  receivedBytesPerSecond: isAmount,
  sentBytesPerSecond: isAmount,
  readBytesPerSecond: isAmount,
  writtenBytesPerSecond: isAmount,
  pids: isAmount,
});

const checks: Readonly<Record<MessageToPage['type'], Check>> = {
  state: record({
    state: record({
      title: isText,
      summary: isText,
      facts: listOf(record({ label: isText, value: isText, isTime: isFlag })),
      sessions: listOf(record({ kind: isText, command: isText, startedAt: isText, state: isText })),
      limits: record({ cpuCores: isAmount, memoryBytes: isAmount, pids: isAmount }),
      canCheck: isFlag,
      isThere: isFlag,
    }),
  }),
  samples: record({ samples: listOf(sample) }),
  sample: record({ sample }),
  report: record({
    report: record({
      summary: isText,
      findings: listOf(
        record({
          status: oneOf('holds', 'broken', 'unproven'),
          statusWord: isText,
          title: isText,
          expected: isText,
          actual: isText,
        }),
      ),
      isChecking: isFlag,
    }),
  }),
  names: record({
    names: (value) =>
      value === null ||
      listOf(
        record({
          address: isText,
          name: isText,
          verdict: oneOf('allowed', 'denied'),
          text: isText,
          at: isText,
          decisions: listOf(record({ type: oneOf(...nameDecisions), label: isText, inFull: isText })),
        }),
      )(value),
  }),
  timeline: record({
    events: listOf(
      record({
        at: isText,
        kindWord: isText,
        severity: oneOf('info', 'warning', 'critical'),
        severityWord: isText,
        text: isText,
      }),
    ),
  }),
  log: record({ text: isText }),
};

/** A message of the extension; `undefined` for anything else that reaches the page. */
export function readMessage(input: unknown): MessageToPage | undefined {
  const { type } = (typeof input === 'object' && input !== null ? input : {}) as { type?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(checks, type)) return undefined;
  return checks[type as MessageToPage['type']](input) ? (input as MessageToPage) : undefined;
}
