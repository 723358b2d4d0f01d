import { existsSync } from 'node:fs';
import { release } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../shared/errors.ts';
import type { EngineSupport } from '../isolation/engineSupport.ts';
import type { EngineInfo } from '../workspaces/containerEngine.ts';
import type { EngineCandidate } from './engineCandidates.ts';
import type { EngineClient } from './engineClient.ts';
import { answerNotUnderstood, shortText } from './engineErrors.ts';
import { apiAtLeast, kernelVersion, type EngineFacts } from './engineFacts.ts';
import { bytesPerMiB } from '../shared/units.ts';

const oldestApi = '1.41';
/** The newest version whose words are known here. An engine goes on speaking it. */
const newestApi = '1.51';
const answerWithinMs = 2000;

const versionAnswer = z.object({
  ApiVersion: z.string().check(z.regex(/^\d{1,3}\.\d{1,3}$/)),
  MinAPIVersion: z.nullish(z.string()),
  Version: z.string(),
  Platform: z.nullish(z.object({ Name: z.nullish(z.string()) })),
  Components: z.nullish(z.array(z.object({ Name: z.nullish(z.string()) }))),
});

const infoAnswer = z.object({
  OSType: z._default(z.nullish(z.string()), 'linux'),
  KernelVersion: z._default(z.nullish(z.string()), ''),
  NCPU: z._default(z.nullish(z.number()), 0),
  MemTotal: z._default(z.nullish(z.number()), 0),
  DockerRootDir: z._default(z.nullish(z.string()), ''),
  SecurityOptions: z.nullish(z.array(z.string())),
  Runtimes: z.nullish(z.record(z.string(), z.unknown())),
  CgroupVersion: z.nullish(z.string()),
  MemoryLimit: z.nullish(z.boolean()),
  SwapLimit: z.nullish(z.boolean()),
  PidsLimit: z.nullish(z.boolean()),
  CpuCfsQuota: z.nullish(z.boolean()),
  Warnings: z.nullish(z.array(z.string())),
});

type InfoAnswer = z.infer<typeof infoAnswer>;

/** Asks who answers there and what it can do. Rejects with `engineUnsupported` for an engine that will not do. */
export async function probeEngine(
  client: EngineClient,
  candidate: EngineCandidate,
  signal: AbortSignal,
): Promise<EngineFacts & { readonly info: EngineInfo }> {
  const api = client.api();
  const ask = (path: string) => api.json({ method: 'GET', path: [path], timeoutMs: answerWithinMs, signal });
  const version = versionAnswer.safeParse(await ask('version'));
  if (!version.success) throw answerNotUnderstood('version', version.error);
  const apiVersion = spokenVersion(version.data.ApiVersion, version.data.MinAPIVersion ?? undefined);
  const parsed = infoAnswer.safeParse(await ask('info'));
  if (!parsed.success) throw answerNotUnderstood('info', parsed.error);
  const info = parsed.data;
  if (info.OSType !== 'linux') {
    throw new CordonError(
      'engineUnsupported',
      l10n.t('The engine runs Windows containers. Switch it to Linux containers.'),
    );
  }
  return {
    info: {
      product: productName(version.data),
      version: shortText(version.data.Version),
      apiVersion,
      endpoint: candidate.endpoint,
      chosenBecause: candidate.chosenBecause,
      rootless: isRootless(info),
      cpus: info.NCPU ?? 0,
      memoryMiB: Math.floor((info.MemTotal ?? 0) / bytesPerMiB),
      runtimes: Object.keys(info.Runtimes ?? {}),
      support: engineSupport(info, productName(version.data), hasOurDisks(candidate, info)),
      dataFolder: info.DockerRootDir ?? '',
    },
    kernel: kernelVersion(info.KernelVersion ?? ''),
    kernelHasIpv6: !isLocalKernel(candidate) || existsSync('/proc/sys/net/ipv6'),
  };
}

/** Whether the disks of this machine are the engine's, too. A rootless one may not touch them. */
function hasOurDisks(candidate: EngineCandidate, info: InfoAnswer): boolean {
  return isLocalKernel(candidate) && info.KernelVersion === release() && !isRootless(info);
}

function isRootless({ SecurityOptions }: InfoAnswer): boolean {
  return (SecurityOptions ?? []).some((option) => /\bname=rootless\b|^rootless$/.test(option));
}

function engineSupport(info: InfoAnswer, product: string, hasOurDisks: boolean): EngineSupport {
  const has = (name: string) =>
    (info.SecurityOptions ?? []).some(
      (option) => option === name || option.split(',').includes(`name=${name}`),
    );
  return {
    cgroupVersion: shortText(info.CgroupVersion ?? ''),
    memory: info.MemoryLimit ?? false,
    swap: info.SwapLimit ?? false,
    pids: info.PidsLimit ?? false,
    cpu: info.CpuCfsQuota ?? false,
    diskSpeed:
      hasOurDisks && !(info.Warnings ?? []).some((text) => /no (?:blkio|io)\b.*(?:bps|max)/i.test(text)),
    // An engine that was told to filter nothing still says that it could.
    seccomp:
      has('seccomp') &&
      !(info.SecurityOptions ?? []).some((option) => /name=seccomp,.*profile=unconfined/.test(option)),
    // Podman takes the path of a file on its own machine instead.
    ownSeccomp: !/podman/i.test(product),
    apparmor: has('apparmor'),
    selinux: has('selinux'),
  };
}

function spokenVersion(newest: string, oldest: string | undefined): string {
  const isTooNew = oldest !== undefined && !apiAtLeast(newestApi, oldest);
  if (!apiAtLeast(newest, oldestApi) || isTooNew) {
    throw new CordonError(
      'engineUnsupported',
      l10n.t(
        'The engine speaks API version {0}; Cordon needs {1} to {2}. Docker 20.10 or Podman 4 is new enough.',
        newest,
        oldestApi,
        newestApi,
      ),
    );
  }
  return apiAtLeast(newest, newestApi) ? newestApi : newest;
}

function productName({ Platform, Components }: z.infer<typeof versionAnswer>): string {
  const engine = Components?.map(({ Name }) => Name ?? '').find((name) => /engine/i.test(name)) ?? '';
  const platform = shortText(Platform?.Name ?? '');
  if (/podman/i.test(engine)) return shortText(engine);
  return platform === '' ? 'Docker Engine' : platform;
}

function isLocalKernel({ target }: EngineCandidate): boolean {
  return process.platform === 'linux' && 'kind' in target && target.kind === 'socket';
}
