import type { EgressTry } from '../../isolation/egress/accessLine.ts';

/** A try, and what is known here of where it came from. */
export interface SeenTry extends EgressTry {
  /** The command of the session of this window that ran meanwhile, where it was the only one. Hostile input. */
  readonly session?: string | undefined;
  /** It was let through and ended with its proxy: what came of it is not known, and `durationMs` is what is known at least. */
  readonly isCutOff?: boolean;
}

/** The last of some tries that were the same; its bytes are those of all of them. */
export interface CountedTry extends SeenTry {
  readonly count: number;
}

/** What the log of a proxy told since the last time; nothing but older tries, where both are empty. */
export interface ProxyNews {
  /** Those that ended, and those that have gone on for long, which are told of again when they end. */
  readonly tries: readonly CountedTry[];
  /** How many more there were, too many to tell each. */
  readonly others: Readonly<Record<EgressTry['verdict'], number>>;
}

/** What a workspace tried to reach. */
export interface EgressNews extends ProxyNews {
  readonly workspaceId: string;
}
