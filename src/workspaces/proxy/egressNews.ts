import type { EgressTry } from '../../isolation/egress/accessLine.ts';

/** The last of some tries that were the same. */
export interface CountedTry extends EgressTry {
  readonly count: number;
}

/** What the log of a proxy told since the last time; nothing but older tries, where both are empty. */
export interface ProxyNews {
  /** Those that ended. */
  readonly tries: readonly CountedTry[];
  /** How many more there were, too many to tell each. */
  readonly others: number;
}

/** What a workspace tried to reach. */
export interface EgressNews extends ProxyNews {
  readonly workspaceId: string;
}
