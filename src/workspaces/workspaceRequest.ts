import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { usualNetwork, type ProfileLookup } from '../isolation/profiles.ts';
import type { Limits, MountMode, NetworkMode } from '../isolation/profile.ts';
import { defined } from '../shared/defined.ts';
import { CordonError } from '../shared/errors.ts';
import type { WorkspaceDefaults } from './defaults.ts';
import type { WorkspaceEgress } from './proxy/egressSettings.ts';
import { workspaceFields } from './workspaceFields.ts';

export interface CreateWorkspaceRequest {
  /** 1 to 100 characters; see `parseWorkspaceName`. */
  readonly name: string;
  /** A `file:` URI or an absolute path. */
  readonly folder: string;
  readonly image?: string | undefined;
  /** `basic`, `standard`, `strict`, or one of the person's own. */
  readonly profile?: string | undefined;
  readonly network?: NetworkMode | undefined;
  readonly mount?: MountMode | undefined;
  /** What it may reach with the network `filtered`, on top of what the settings say; their presets where it names none. */
  readonly egress?: Partial<WorkspaceEgress> | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether it is started at once; true when missing. */
  readonly start?: boolean | undefined;
}

/** What may change of an existing workspace; the folder stays. */
export type UpdateWorkspaceRequest = Partial<Omit<CreateWorkspaceRequest, 'folder' | 'start'>>;

/** What a person chose for a workspace, complete. */
export interface WorkspaceChoices {
  readonly name: string;
  readonly image: string;
  readonly profile: string;
  readonly network: NetworkMode;
  readonly mount: MountMode;
  readonly egress?: WorkspaceEgress | undefined;
  readonly limits: Limits;
  readonly env: Readonly<Record<string, string>>;
}

const changeableFields = {
  image: z.optional(workspaceFields.image),
  profile: z.optional(workspaceFields.profile),
  network: z.optional(workspaceFields.network),
  mount: z.optional(workspaceFields.mount),
  egress: z.optional(z.partial(workspaceFields.egress)),
  limits: z.optional(z.partial(workspaceFields.limits)),
  env: z.optional(workspaceFields.env),
};

const createSchema = z.strictObject({
  ...changeableFields,
  name: workspaceFields.name,
  folder: z.string().check(z.minLength(1), z.maxLength(32_768)),
  start: z.optional(z.boolean()),
});

const updateSchema = z.strictObject({ ...changeableFields, name: z.optional(workspaceFields.name) });

/** A request to create that was checked and filled in. */
export interface CreateOrder {
  readonly choices: WorkspaceChoices;
  readonly folder: string;
  readonly start: boolean;
  /** Also where the request says what a filtered one lets through. Otherwise the network is the usual one. */
  readonly isNetworkAsked: boolean;
}

/** Checks a request to create and fills in what it leaves out. Throws `invalidName` or `invalidRequest`. */
export function parseCreateRequest(
  input: unknown,
  defaults: WorkspaceDefaults,
  profileOf: ProfileLookup,
): CreateOrder {
  const request = parse(createSchema, input);
  const profileName = request.profile ?? defaults.profile;
  const profile = profileOf(profileName);
  const choices: WorkspaceChoices = {
    name: request.name,
    image: request.image ?? parse(workspaceFields.image, defaults.image),
    profile: profileName,
    network: request.network ?? usualNetwork(profile, defaults.network),
    mount: request.mount ?? profile.mount,
    limits: { ...profile.limits, ...defined(defaults.limits), ...defined(request.limits ?? {}) },
    env: request.env ?? {},
    ...(request.egress && { egress: egressAfter(undefined, request.egress) }),
  };
  const isNetworkAsked = request.network !== undefined || request.egress !== undefined;
  return { choices, folder: request.folder, start: request.start ?? true, isNetworkAsked };
}

/** Checks a request to update and lays it over what the workspace has. Throws `invalidName` or `invalidRequest`. */
export function applyUpdateRequest(
  current: WorkspaceChoices,
  input: unknown,
  profileOf: ProfileLookup,
): WorkspaceChoices {
  const { limits, egress, ...patch } = parse(updateSchema, input);
  if (patch.profile !== undefined) profileOf(patch.profile);
  return {
    ...current,
    ...defined(patch),
    limits: { ...current.limits, ...defined(limits ?? {}) },
    ...(egress && { egress: egressAfter(current.egress, egress) }),
  };
}

/** Whether its rules say anything is not known yet. */
function egressAfter(
  current: WorkspaceEgress | undefined,
  patch: { readonly [K in keyof WorkspaceEgress]?: WorkspaceEgress[K] | undefined },
): WorkspaceEgress {
  return { allow: [], deny: [], ...current, ...defined(patch) };
}

function parse<T extends z.ZodMiniType>(schema: T, input: unknown): z.output<T> {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join('.');
  throw new CordonError(
    'invalidRequest',
    field
      ? l10n.t('The value of "{0}" is not valid: {1}', field, issue?.message ?? '')
      : l10n.t('The request is not valid: {0}', issue?.message ?? ''),
    result.error,
  );
}
