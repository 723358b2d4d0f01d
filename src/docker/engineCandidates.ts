import * as l10n from '@vscode/l10n';
import { dockerContext, type DockerContext, type TlsFiles } from './dockerContext.ts';
import { engineEndpoint, type EngineEndpoint } from './engineEndpoint.ts';
import { shortText } from './engineErrors.ts';
import { knownEndpoints } from './knownEndpoints.ts';

/** One place where an engine may be. */
export interface EngineCandidate {
  /** As it was given, for example `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  readonly chosenBecause: string;
  /** Chosen by a person rather than looked for: never silently replaced by another. */
  readonly isExplicit: boolean;
  /** Where and how to connect, or one sentence on why that cannot be said. */
  readonly target: EngineEndpoint | { readonly problem: string };
  readonly tls?: TlsFiles;
}

/** The surroundings in which an engine is looked for. */
export interface Surroundings {
  /** Value of the setting; empty when it is not set. */
  readonly setting: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** User id of this process, where the platform has one. */
  readonly uid: number | undefined;
  /** The text of a file, `undefined` when it cannot be read. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

/**
 * Where to look for an engine, in order: the setting, `DOCKER_HOST`, the Docker context, then the known places.
 * What a person chose for this window is the only candidate: it is never silently replaced by another.
 */
export async function engineCandidates(around: Surroundings): Promise<readonly EngineCandidate[]> {
  const { setting, env } = around;
  if (setting.trim() !== '') return [explicit(setting, l10n.t('the setting'), tlsOfEnvironment(around))];
  const host = env['DOCKER_HOST'];
  if (host) return [explicit(host, 'DOCKER_HOST', tlsOfEnvironment(around))];

  const context = await dockerContext(around);
  const known = knownEndpoints(around).map(({ endpoint, owner }) =>
    candidate(endpoint, l10n.t('the usual place of {0}', owner), false),
  );
  if (!context) return known;
  const ofContext = contextCandidate(context, Boolean(env['DOCKER_CONTEXT']));
  if (ofContext.isExplicit) return [ofContext];
  return [ofContext, ...known.filter(({ endpoint }) => endpoint !== ofContext.endpoint)];
}

function explicit(endpoint: string, chosenBecause: string, tls: TlsFiles | undefined): EngineCandidate {
  return { ...candidate(endpoint.trim(), chosenBecause, true), ...(tls && { tls }) };
}

/** The context that `docker context use` chose is often stale; the one in `DOCKER_CONTEXT` is meant. */
function contextCandidate(context: DockerContext, isExplicit: boolean): EngineCandidate {
  const chosenBecause = l10n.t('the Docker context “{0}”', shortText(context.name));
  if ('problem' in context) {
    return { endpoint: '', chosenBecause, isExplicit, target: { problem: context.problem } };
  }
  const { endpoint, tls } = context;
  return { ...candidate(endpoint, chosenBecause, isExplicit), ...(tls && { tls }) };
}

function candidate(endpoint: string, chosenBecause: string, isExplicit: boolean): EngineCandidate {
  return { endpoint, chosenBecause, isExplicit, target: engineEndpoint(endpoint) };
}

function tlsOfEnvironment({ env, home, platform }: Surroundings): TlsFiles | undefined {
  const isVerified = Boolean(env['DOCKER_TLS_VERIFY']);
  const folder = env['DOCKER_CERT_PATH'];
  if (!isVerified && !folder) return undefined;
  const separator = platform === 'win32' ? '\\' : '/';
  const path = (name: string) => [folder ?? [home, '.docker'].join(separator), name].join(separator);
  return { ca: path('ca.pem'), cert: path('cert.pem'), key: path('key.pem'), isVerified };
}
