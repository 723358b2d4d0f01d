import type { EngineFacts } from '../../src/docker/engineFacts.ts';
import type { BenchSetting } from './benchSetting.ts';
import type { Contender } from './contender.ts';
import { devcontainerContender } from './devcontainerContender.ts';
import { dockerContender } from './dockerContender.ts';

/** Which programs of others are compared with. */
export interface Tools {
  readonly docker: boolean;
  readonly devcontainer: boolean;
}

/** The contenders that are programs of others. */
export async function withTools(
  setting: BenchSetting,
  tools: Tools,
  facts: EngineFacts,
): Promise<readonly Contender[]> {
  return [
    ...(tools.docker ? [dockerContender(setting, facts)] : []),
    ...(tools.devcontainer ? [await devcontainerContender(setting)] : []),
  ];
}
