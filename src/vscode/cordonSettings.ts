import * as z from 'zod/mini';
import { defaultNetworkRange, isNetworkRange } from '../isolation/networkRange.ts';
import { parseOwnProfiles, type OwnProfiles } from '../isolation/ownProfiles.ts';
import { networkModes, type Limits } from '../isolation/profile.ts';
import type { PathPatterns } from '../isolation/pathRules.ts';
import { parseCatalogue, type LanguageServerEntry } from '../languageServers/catalogue.ts';
import type { IdleRules } from '../workspaces/idle/idleRules.ts';
import type { WorkspaceDefaults } from '../workspaces/defaults.ts';
import type { EgressSettings } from '../workspaces/proxy/egressSettings.ts';
import type { PortRule } from '../workspaces/ports/portRules.ts';
import { egressFields, workspaceFields } from '../workspaces/workspaceFields.ts';
import type { SettingKey } from './settingKeys.ts';

/** The person's settings as one plain object. */
export interface CordonSettings {
  /** Where the engine listens; the engine is looked for when missing. */
  readonly engineHost: string | undefined;
  readonly defaults: WorkspaceDefaults;
  /** Out of this range the networks of workspaces get their addresses, such as `10.213.0.0/16`. */
  readonly networkRange: string;
  /** What all workspaces with the network `filtered` may reach. */
  readonly egress: EgressSettings;
  readonly profiles: OwnProfiles;
  /** What the person adds to the protected and hidden paths, and takes back of them. */
  readonly pathPatterns: PathPatterns;
  /** What a review leaves out, as gitignore patterns. */
  readonly reviewExcludes: readonly string[];
  /** What is not copied to an engine that does not see the folder, as gitignore patterns. */
  readonly copyExcludes: readonly string[];
  /** Whether a workspace in review mode sees what is changed in its folder while it runs, by being held still for it. */
  readonly reviewFollows: boolean;
  /** What becomes of workspaces that nobody uses. */
  readonly idle: IdleRules;
  /** Ports that are forwarded whenever a workspace runs. */
  readonly portRules: readonly PortRule[];
  /** How long a terminal is kept after its window; 0 where it ends with it. */
  readonly keepTerminalsMs: number;
  /** Days after which a stopped workspace is offered to be cleaned up. */
  readonly cleanUpAfterDays: number;
  readonly languageServers: readonly LanguageServerEntry[];
}

/** A gitignore pattern. */
const pattern = z.string().check(z.minLength(1), z.maxLength(1024));
const portNumber = z.int().check(z.gte(1), z.lte(65_535));
const portRule = z.strictObject({
  port: portNumber,
  localPort: z.optional(portNumber),
  label: z.optional(z.string().check(z.maxLength(100))),
  workspace: z.optional(z.string().check(z.maxLength(100))),
});
const networkRange = z.string().check(z.refine(isNetworkRange));
const limits = workspaceFields.limits.shape;

/**
 * Reads every setting; one that cannot be used is reported and gives way to the safest value. For a profile that is no
 * other profile: a workspace that names it does not start.
 */
export function parseSettings(
  read: (key: SettingKey) => unknown,
  report: (key: SettingKey, reason?: string) => void,
): CordonSettings {
  const take = <T>(key: SettingKey, schema: z.ZodMiniType<T>, safest: T): T => {
    const result = z.safeParse(schema, read(key));
    if (result.success) return result.data;
    report(key);
    return safest;
  };
  /** 0 and nothing stand for what the profile has. */
  const takeLimit = (key: SettingKey, schema: z.ZodMiniType<number>): number | undefined => {
    const limit = take(key, z.union([z.literal([0, null, undefined]), schema]), undefined);
    return limit === 0 || limit === null ? undefined : limit;
  };

  /** One bad pattern does not take the good ones away, only those that would show or free something. */
  const takePatterns = (key: SettingKey): readonly string[] => {
    const value = read(key);
    const all: readonly unknown[] = Array.isArray(value) ? value : [];
    const good = all.flatMap((each) => z.safeParse(pattern, each).data ?? []);
    if (Array.isArray(value) && good.length === all.length) return good;
    report(key);
    return good.filter((each) => !each.startsWith('!'));
  };

  /** One that cannot be used takes none of the others away. */
  const takeEach = <T>(key: SettingKey, schema: z.ZodMiniType<T>): readonly T[] => {
    const value = read(key);
    const all: readonly unknown[] = Array.isArray(value) ? value : [];
    const good = all.flatMap((each) => z.safeParse(schema, each).data ?? []);
    if (!Array.isArray(value) || good.length < all.length) report(key);
    return good;
  };

  const host = take('engine.host', z.string().check(z.maxLength(1024)), '').trim();
  const network = take('network', z.enum(['', ...networkModes]), 'none');
  const ownLimits: { [K in keyof Limits]: number | undefined } = {
    cpus: takeLimit('limits.cpus', limits.cpus),
    memoryMiB: takeLimit('limits.memoryMiB', limits.memoryMiB),
    pids: takeLimit('limits.pids', limits.pids),
    tmpMiB: takeLimit('limits.tmpMiB', limits.tmpMiB),
  };
  const profiles = parseOwnProfiles(read('profiles'));
  for (const [name, reason] of profiles.broken) report('profiles', `${name}: ${reason}`);
  const catalogue = parseCatalogue(read('languageServers'));
  for (const name of catalogue.broken) report('languageServers', name);
  const afterMs = take('idle.afterMinutes', z.int().check(z.gte(1), z.lte(1440)), 30) * 60_000;
  return {
    engineHost: host === '' ? undefined : host,
    networkRange: take('networkRange', networkRange, defaultNetworkRange),
    egress: {
      presets: takeEach('egress.presets', egressFields.preset),
      allow: takeEach('egress.allow', egressFields.rule),
      // One that cannot be used is kept: whoever uses them says what is wrong with it, and nothing is let out.
      deny: take('egress.deny', z.array(z.string()), ['']),
      proxyImage: take('proxyImage', workspaceFields.image, 'ubuntu/squid:latest'),
    },
    pathPatterns: {
      protectedPaths: takePatterns('protectedPaths'),
      hiddenPaths: takePatterns('hiddenPaths'),
    },
    reviewExcludes: takePatterns('review.exclude'),
    copyExcludes: takePatterns('review.copyExclude'),
    reviewFollows: take('review.followFolder', z.boolean(), false),
    defaults: {
      image: take('image', workspaceFields.image, 'node:24-bookworm'),
      profile: take('profile', workspaceFields.profile, 'strict'),
      ...(network === '' ? {} : { network }),
      limits: Object.fromEntries(Object.entries(ownLimits).filter(([, value]) => value !== undefined)),
      operationTimeoutMs:
        take('operationTimeoutSeconds', z.number().check(z.gte(1), z.lte(86_400)), 600) * 1000,
    },
    profiles,
    idle: {
      action: take('idle.action', z.enum(['off', 'pause', 'stop']), 'off'),
      afterMs,
      // Samples cost an engine some 7 ms each: at most one a minute, and fewer where there is time. The seconds on top
      // keep them out of step with the health check, which the engine cannot tell from somebody's command.
      sampleEveryMs: Math.max(60_000, afterMs / 10) + 7000,
      onWindowClose: take('onWindowClose', z.enum(['keep', 'pause', 'stop']), 'keep'),
    },
    keepTerminalsMs: take('terminals.keepAliveMinutes', z.int().check(z.gte(0), z.lte(1440)), 0) * 60_000,
    portRules: takeEach('forwardPorts', portRule),
    cleanUpAfterDays: take('cleanUp.afterDays', z.int().check(z.gte(1), z.lte(3650)), 30),
    languageServers: catalogue.entries,
  };
}
