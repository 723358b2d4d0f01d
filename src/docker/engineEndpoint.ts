import * as l10n from '@vscode/l10n';

/** Where an engine listens, taken apart. */
export type EngineEndpoint =
  /** A Unix socket or a Windows pipe. */
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly isTls: boolean }
  /** `host` may carry a user: what `ssh` takes as a destination. */
  | { readonly kind: 'ssh'; readonly host: string; readonly port: number | undefined };

/** Reads what `DOCKER_HOST` may hold: `unix://`, `npipe://`, `tcp://`, `http://`, `https://` or `ssh://`. */
export function engineEndpoint(text: string): EngineEndpoint | { readonly problem: string } {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/is.exec(text) ?? [];
  switch (scheme.toLowerCase()) {
    case 'unix':
      return rest.startsWith('/') && !rest.includes('\0')
        ? { kind: 'socket', path: rest }
        : problem(text, l10n.t('a socket needs an absolute path, such as unix:///var/run/docker.sock'));
    case 'npipe': {
      const path = rest.replaceAll('\\', '/');
      return /^\/\/[^/]+\/pipe\/[^/]+$/.test(path)
        ? { kind: 'socket', path }
        : problem(text, l10n.t('a pipe is written like npipe:////./pipe/docker_engine'));
    }
    case 'tcp':
    case 'http':
    case 'https':
      return tcpEndpoint(text, scheme.toLowerCase(), rest);
    case 'ssh':
      return sshEndpoint(text);
    default:
      return problem(
        text,
        l10n.t('it has to begin with unix://, npipe://, tcp://, http://, https:// or ssh://'),
      );
  }
}

function tcpEndpoint(text: string, scheme: string, rest: string) {
  const url = parseUrl(`http://${rest}`);
  const hasMore = url && (url.pathname !== '/' || url.search || url.hash || url.username || url.password);
  if (!url || hasMore)
    return problem(text, l10n.t('only a host and a port may follow, such as tcp://127.0.0.1:2375'));
  const isTls = scheme === 'https' || url.port === '2376';
  // `http` leaves its own port out of a parsed address.
  const port = Number(url.port || (/:80\/?$/.test(rest) ? 80 : isTls ? 2376 : 2375));
  return { kind: 'tcp', host: url.hostname, port, isTls } as const;
}

function sshEndpoint(text: string) {
  const url = parseUrl(text);
  const user = url?.username ? `${decodeURIComponent(url.username)}@` : '';
  const host = `${user}${url?.hostname ?? ''}`;
  // A leading hyphen would be an option of `ssh`.
  if (
    !url?.hostname ||
    url.password ||
    url.pathname.length > 1 ||
    !/^[\w.:@[\]-]+$/.test(host) ||
    host.startsWith('-')
  ) {
    return problem(
      text,
      l10n.t('only a user, a host and a port may follow, such as ssh://me@example.org:22'),
    );
  }
  return { kind: 'ssh', host, port: url.port ? Number(url.port) : undefined } as const;
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function problem(text: string, reason: string): { readonly problem: string } {
  // Whatever was typed may hold a password; only what is in front of it is repeated.
  const shown = text.replace(/\/\/[^/@]*:[^/@]*@/, '//…@').slice(0, 100);
  return { problem: l10n.t('“{0}” is not an engine’s address: {1}.', shown, reason) };
}
