import type { IncomingMessage } from 'node:http';

/** What is no name of a thing, of what stands behind its kind in a path. */
const words: ReadonlySet<string> = new Set(['json', 'create', 'prune']);

/** What is asked for, without version, names and options: `GET containers/{id}/json`. */
export function nameOfRequest({ method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>): string {
  const [pathname = ''] = url.split('?');
  const [kind = '', thing, ...rest] = pathname.replace(/^\/(?:v\d[\d.]*\/)?/, '').split('/');
  if (thing === undefined) return `${method} ${kind}`;
  // Names of images have parts of their own.
  const action = kind === 'images' ? rest.slice(-1) : rest;
  return `${method} ${[kind, words.has(thing) ? thing : '{id}', ...action].join('/')}`;
}
