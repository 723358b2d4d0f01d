import { looksSecret } from '../../isolation/hygieneAudit.ts';

const mask = '•••';
/** Shorter values stand in half of all words. */
const leastLength = 4;

const word = String.raw`("[^"]*"|'[^']*'|[^\s"';&|]+)`;
/** `NAME=value`, quoted or not. */
const assignment = new RegExp(String.raw`\b([A-Za-z_]\w*)=${word}`, 'g');
/** `--name value` and `--name=value`. */
const option = new RegExp(String.raw`(--?([A-Za-z][\w-]*))([= ])${word}`, 'g');
/** `scheme://user:password@` */
const login = /(:\/\/[^\s/:@]*):[^\s/@]+@/g;

/**
 * A text, such as a command, with its secrets masked: the values of the workspace's environment, passwords in addresses,
 * and what is set or passed under a name that looks like a secret's.
 */
export function withoutSecrets(text: string, environment: Readonly<Record<string, string>>): string {
  return Object.values(environment)
    .filter((value) => value.length >= leastLength)
    .sort((a, b) => b.length - a.length)
    .reduce((masked, value) => masked.replaceAll(value, mask), text)
    .replace(login, (_, before: string) => `${before}:${mask}@`)
    .replace(assignment, (all, name: string) => (looksSecret(name) ? `${name}=${mask}` : all))
    .replace(option, (all, flag: string, name: string, between: string) =>
      looksSecret(name.replaceAll('-', '_')) ? `${flag}${between}${mask}` : all,
    );
}
