import * as z from 'zod/mini';
import type { ErrorCode } from '../shared/errors.ts';
import type { WorkspaceEgress } from './proxy/egressSettings.ts';
import { workspaceFields } from './workspaceFields.ts';

/** Version of the stored form; a record of a later version is set aside and never guessed at. */
export const recordSchemaVersion = 1;

const timestamp = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))));

const intentSchema = z.strictObject({
  /** What was begun and is not finished: after a kill it is undone (`create`, `discard`) or finished (`remove`, `archive`). */
  operation: z.enum([
    'create',
    'discard',
    'update',
    'remove',
    'archive',
    'start',
    'stop',
    'restart',
    'pause',
    'resume',
  ]),
  /** The number of the extension host that works on it. Any other number is nobody's: the record is kept, and its intent stale. */
  owner: z.int(),
  startedAt: timestamp,
});

const heldSchema = z.strictObject({
  /** The number of the extension host that holds it, and lets it go on again. */
  owner: z.int(),
  at: timestamp,
  over: z.optional(z.boolean()),
});

const recordSchema = z.strictObject({
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  name: workspaceFields.name,
  folder: z.string().check(z.startsWith('file://'), z.maxLength(32_768), z.refine(namesFolder)),
  status: z.enum(['active', 'inactive', 'archived']),
  image: workspaceFields.image,
  profile: workspaceFields.profile,
  network: workspaceFields.network,
  mount: workspaceFields.mount,
  /** What it may reach with the network `filtered`; what the settings say when missing. */
  egress: z.optional(workspaceFields.egress),
  limits: workspaceFields.limits,
  env: workspaceFields.env,
  createdAt: timestamp,
  updatedAt: timestamp,
  /** When status, intent or last error changed; whichever of two records says it later is right. */
  statusAt: z.optional(timestamp),
  /** Frozen by Panic at a time, and released again at a later one; whichever of two records says it later is right. */
  frozen: z.optional(z.strictObject({ at: timestamp, released: z.optional(z.boolean()) })),
  /**
   * Its container is held still for a moment, while a process does something that trusts the folder to stay as it is, until
   * that is over; whichever of two records says it later is right.
   */
  held: z.optional(heldSchema),
  /** Put to sleep because nobody used it, until its use wakes it; whichever of two records says it later is right. */
  idle: z.optional(
    z.strictObject({ action: z.enum(['pause', 'stop']), at: timestamp, over: z.optional(z.boolean()) }),
  ),
  lastError: z.optional(z.strictObject({ code: z.string(), message: z.string() })),
  intent: z.optional(intentSchema),
});

/** False also for what VS Code does not take for a URI: two slashes where a host is missing. */
function namesFolder(uri: string): boolean {
  try {
    const { host, pathname } = new URL(uri);
    const path = decodeURIComponent(pathname);
    return path !== '' && !path.includes('\0') && (host !== '' || !path.startsWith('//'));
  } catch {
    return false;
  }
}

/** What an operation means to do, written before the engine is touched. */
export type Intent = Readonly<z.output<typeof intentSchema>>;

/** What is remembered of a workspace between sessions. Never holds a secret. */
export type WorkspaceRecord = Readonly<
  Omit<
    z.output<typeof recordSchema>,
    'egress' | 'statusAt' | 'frozen' | 'held' | 'idle' | 'lastError' | 'intent'
  >
> & {
  readonly egress?: WorkspaceEgress | undefined;
  readonly statusAt: string;
  readonly frozen?: { readonly at: string; readonly released?: boolean | undefined } | undefined;
  readonly held?:
    { readonly owner: number; readonly at: string; readonly over?: boolean | undefined } | undefined;
  readonly idle?:
    | { readonly action: 'pause' | 'stop'; readonly at: string; readonly over?: boolean | undefined }
    | undefined;
  readonly lastError?: { readonly code: ErrorCode; readonly message: string } | undefined;
  readonly intent?: Intent | undefined;
};

/** Reads a stored record. Throws when it is not one. */
export function parseRecord(input: unknown): WorkspaceRecord {
  const parsed = z.parse(recordSchema, input);
  return { ...parsed, statusAt: parsed.statusAt ?? parsed.updatedAt } as WorkspaceRecord;
}

/** Reads the record that a container's label holds as JSON. Throws when it is not one. */
export function parseLabelRecord(label: unknown): WorkspaceRecord {
  return parseRecord(typeof label === 'string' ? JSON.parse(label) : undefined);
}

/** The record as a label carries it, for adoption by a window that lost it: without errors, intents and what holds it still or lets it sleep. */
export function toLabelRecord(record: WorkspaceRecord): object {
  const { lastError, intent, statusAt, frozen, held, idle, ...rest } = record;
  return rest;
}
