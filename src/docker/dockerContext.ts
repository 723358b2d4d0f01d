import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { shortText } from './engineErrors.ts';
import type { Surroundings } from './engineCandidates.ts';

/** Paths of the files for a connection with TLS. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Whether the engine's certificate has to be right. */
  readonly isVerified: boolean;
}

const configFile = z.object({ currentContext: z.optional(z.string()) });
const metaFile = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string(), SkipTLSVerify: z.optional(z.boolean()) }),
  }),
});

/** A context that was found, or what is wrong with it. */
export type DockerContext =
  | { readonly name: string; readonly endpoint: string; readonly tls?: TlsFiles }
  | { readonly name: string; readonly problem: string };

/** The Docker context in force, as the docker command would choose it; `undefined` for the default one. */
export async function dockerContext(
  around: Pick<Surroundings, 'env' | 'home' | 'platform' | 'readFile'>,
): Promise<DockerContext | undefined> {
  const { env, home, platform, readFile } = around;
  const paths = platform === 'win32' ? win32 : posix;
  const folder = env['DOCKER_CONFIG'] ?? paths.join(home, '.docker');
  const name = env['DOCKER_CONTEXT'] ?? contextOf(await readFile(paths.join(folder, 'config.json')));
  if (!name || name === 'default') return undefined;

  const hash = createHash('sha256').update(name).digest('hex');
  const meta = parsed(await readFile(paths.join(folder, 'contexts', 'meta', hash, 'meta.json')));
  const docker = metaFile.safeParse(meta).data?.Endpoints.docker;
  if (!docker) {
    return {
      name,
      problem: l10n.t('The Docker context “{0}” does not exist or is damaged.', shortText(name)),
    };
  }
  const tls = paths.join(folder, 'contexts', 'tls', hash, 'docker');
  const isSecured = (await readFile(paths.join(tls, 'ca.pem'))) !== undefined;
  return {
    name,
    endpoint: docker.Host,
    ...(isSecured && {
      tls: {
        ca: paths.join(tls, 'ca.pem'),
        cert: paths.join(tls, 'cert.pem'),
        key: paths.join(tls, 'key.pem'),
        isVerified: docker.SkipTLSVerify !== true,
      },
    }),
  };
}

function contextOf(config: string | undefined): string | undefined {
  return configFile.safeParse(parsed(config)).data?.currentContext;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
