import * as z from 'zod/mini';

const word = z.string().check(
  z.minLength(1),
  z.maxLength(1000),
  z.refine((text) => !text.includes('\0')),
);
const words = z.array(word).check(z.maxLength(100));

const entrySchema = z.strictObject({
  enabled: z.optional(z.boolean()),
  command: words.check(z.minLength(1)),
  languages: z.optional(words),
  patterns: z.optional(words),
  settings: z.optional(words),
  initializationOptions: z.optional(z.record(z.string(), z.unknown())),
  extensions: z.optional(words),
});

/** A language server that containers may have, and the documents that it is for. */
export interface LanguageServerEntry {
  readonly name: string;
  /** Its program, found on the path of the container, and arguments with which it speaks over its standard streams. */
  readonly command: readonly string[];
  /** Languages of VS Code. */
  readonly languages: readonly string[];
  /** Glob patterns of paths in the folder, for documents of any language. */
  readonly patterns: readonly string[];
  /** Sections of the person's settings that it may read. */
  readonly settings: readonly string[];
  readonly initializationOptions: Readonly<Record<string, unknown>> | undefined;
  /** Extensions that do the same on the side of the window. */
  readonly extensions: readonly string[];
}

/** What could be read of the setting; `broken` are the names of entries that could not. */
export interface Catalogue {
  readonly entries: readonly LanguageServerEntry[];
  readonly broken: readonly string[];
}

const mostEntries = 100;

/** Reads the catalogue. Entries that are switched off are left out. */
export function parseCatalogue(value: unknown): Catalogue {
  const named = z.safeParse(z.record(z.string(), z.unknown()), value ?? {});
  if (!named.success) return { entries: [], broken: [''] };
  const entries: LanguageServerEntry[] = [];
  const broken: string[] = [];
  for (const [name, given] of Object.entries(named.data)) {
    const parsed = z.safeParse(entrySchema, given);
    const isNamed = /^[\w +#.-]{1,50}$/.test(name) && entries.length < mostEntries;
    if (!parsed.success || !isNamed) broken.push(name);
    else if (parsed.data.enabled !== false) entries.push(entryOf(name, parsed.data));
  }
  return { entries, broken };
}

function entryOf(name: string, given: z.infer<typeof entrySchema>): LanguageServerEntry {
  const { command, languages = [], patterns = [], settings = [], extensions = [] } = given;
  const { initializationOptions } = given;
  return { name, command, languages, patterns, settings, initializationOptions, extensions };
}
