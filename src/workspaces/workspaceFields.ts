import * as z from 'zod/mini';
import { egressPresetNames } from '../isolation/egress/egressPreset.ts';
import { limitSchemas } from '../isolation/limits.ts';
import { mountModes, networkModes, profileNameGrammar } from '../isolation/profile.ts';
import { parseWorkspaceName } from '../isolation/workspaceName.ts';

/** Grammar of an image reference: distribution/reference, or the id of a local image. */
const imageReference =
  /^(?:sha256:[0-9a-f]{64}|(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?)$/;

const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Longest value of one environment variable in characters; Linux refuses 131,072 bytes. */
const environmentValueLength = 32_768;
const environmentSize = 256;
/** One preset and one rule of what a filtered network lets out, as they are written. */
export const egressFields = {
  preset: z.enum(egressPresetNames),
  rule: z.string().check(z.minLength(1), z.maxLength(500)),
};
const rules = z.array(egressFields.rule).check(z.maxLength(500));

/**
 * The one validator of every field that a request, a stored record or a label can carry.
 */
export const workspaceFields = {
  name: z.pipe(z.unknown(), z.transform(parseWorkspaceName)),
  image: z.string().check(z.maxLength(255), z.regex(imageReference)),
  /** Only how it is written: one that a person's settings do not have any more is not a damaged one. */
  profile: z.string().check(z.regex(profileNameGrammar)),
  network: z.enum(networkModes),
  mount: z.enum(mountModes),
  /** Only how it is written: a rule that cannot be used, by a later list of public suffixes say, damages no record. */
  egress: z.strictObject({
    presets: z.optional(z.array(egressFields.preset).check(z.maxLength(100))),
    allow: rules,
    deny: rules,
  }),
  limits: z.strictObject(limitSchemas),
  env: z
    .record(
      z.string().check(
        z.regex(environmentName),
        z.maxLength(256),
        z.refine((name) => !name.startsWith('CORDON_')),
      ),
      z.string().check(
        z.maxLength(environmentValueLength),
        z.refine((value) => !value.includes('\0')),
      ),
    )
    .check(z.refine((env) => Object.keys(env).length <= environmentSize)),
} as const;
