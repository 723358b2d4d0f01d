import { createHash } from 'node:crypto';
import type { ContainerSpec } from './containerSpec.ts';

/**
 * Names everything of a specification that is fixed once its container is made. Left out are what can be changed in
 * place, and what keeps the container alive: that follows from the image, and is known only after a look into it.
 */
export function specFingerprint(spec: Omit<ContainerSpec, 'labels'> & { readonly labels?: unknown }): string {
  const { name, hostname, labels, env, limits, command, healthcheck, ...rest } = spec;
  const { CORDON_WORKSPACE_NAME, ...fixedEnv } = env;
  const { cpus, memoryMiB, pids, ...fixedLimits } = limits;
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, env: fixedEnv, limits: fixedLimits }))
    .digest('hex');
}
