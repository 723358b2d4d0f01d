import { createHash } from 'node:crypto';
import type { ContainerSpec } from './containerSpec.ts';

/** Names everything of a specification that is fixed once its container is made; what can be changed in place is left out. */
export function specFingerprint(spec: Omit<ContainerSpec, 'labels'> & { readonly labels?: unknown }): string {
  const { name, hostname, labels, env, limits, ...rest } = spec;
  const { CORDON_WORKSPACE_NAME, ...fixedEnv } = env;
  const { cpus, memoryMiB, pids, ...fixedLimits } = limits;
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, env: fixedEnv, limits: fixedLimits }))
    .digest('hex');
}
