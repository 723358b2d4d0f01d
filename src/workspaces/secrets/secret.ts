import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../../shared/errors.ts';

/**
 * How a secret gets into its workspace: `file` in `/run/secrets`, for everything that runs there, or `command` in the
 * environment of single commands that the person chooses, and nowhere else.
 */
export const secretUses = ['file', 'command'] as const;

/** What may be shown of a secret. */
export interface SecretInfo {
  readonly name: string;
  readonly use: (typeof secretUses)[number];
}

/** A secret of one workspace. */
export interface Secret extends SecretInfo {
  readonly value: string;
}

/** Bytes of one value, and of all values of a workspace together; the place for them in memory holds this twice. */
export const mostSecretBytes = { one: 65_536, all: 1_048_576 } as const;
const mostSecrets = 100;

/** Of a file: what begins with a dot is our own. */
const fileName = /^[A-Za-z_][\w.-]{0,99}$/;
const variableName = /^[A-Za-z_]\w{0,99}$/;

const storedSchema = z.object({
  version: z.literal(1),
  secrets: z.array(
    z.object({ name: z.string().check(z.regex(fileName)), use: z.enum(secretUses), value: z.string() }),
  ),
});

/** Whether a secret of this name can stand in the environment of a command. */
export function canBeVariable(name: string): boolean {
  return variableName.test(name) && !name.startsWith('CORDON_');
}

/** Throws `invalidRequest` for what is no name of a secret. */
export function requireSecretName(name: string): void {
  if (fileName.test(name)) return;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'The name of a secret has 1 to 100 letters, digits, "_", "-" and ".", and begins with a letter or "_".',
    ),
  );
}

/** Throws `invalidRequest` for what is no value of a secret; never says what it is. */
export function requireSecretValue(value: string): void {
  const bytes = Buffer.byteLength(value);
  if (value !== '' && bytes <= mostSecretBytes.one && !value.includes('\0') && !/\p{Cs}/u.test(value)) return;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'The value of a secret is text of 1 to {0} bytes, without the character NUL.',
      mostSecretBytes.one,
    ),
  );
}

/** These with one more, which takes the place of one of the same name. Throws `invalidRequest` where that is too much. */
export function withSecret(secrets: readonly Secret[], secret: Secret): readonly Secret[] {
  requireSecretName(secret.name);
  requireSecretValue(secret.value);
  if (secret.use === 'command' && !canBeVariable(secret.name))
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'The name of an environment variable has letters, digits and "_" only, and does not begin with CORDON_.',
      ),
    );
  const all = [...withoutSecret(secrets, secret.name), secret].sort((a, b) => (a.name < b.name ? -1 : 1));
  const bytes = all.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
  if (all.length <= mostSecrets && bytes <= mostSecretBytes.all) return all;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'A workspace has at most {0} secrets, with {1} bytes together. Remove one first.',
      mostSecrets,
      mostSecretBytes.all,
    ),
  );
}

/** These without the one of that name. */
export function withoutSecret(secrets: readonly Secret[], name: string): readonly Secret[] {
  return secrets.filter((secret) => secret.name !== name);
}

/** Secrets as they are kept. */
export function secretsText(secrets: readonly Secret[]): string {
  return JSON.stringify({ version: 1, secrets });
}

/** `undefined` for a text that holds none. */
export function parseSecrets(text: string): readonly Secret[] | undefined {
  try {
    return z.safeParse(storedSchema, JSON.parse(text)).data?.secrets;
  } catch {
    return undefined;
  }
}
