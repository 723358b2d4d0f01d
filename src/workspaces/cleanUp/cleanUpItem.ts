/** What can go; of some kinds nothing is lost that cannot be had again. */
export type CleanUpKind =
  'stopped' | 'archived' | 'volume' | 'network' | 'image' | 'record' | 'movedAway' | 'securityLog';

/** One thing that could go. */
export interface CleanUpItem {
  readonly kind: CleanUpKind;
  /** Names it among all of its kind. */
  readonly id: string;
  /** For people; a hostile input where the engine or a folder names it. */
  readonly name: string;
  /** `undefined` where nobody can tell. */
  readonly sizeBytes: number | undefined;
  /** When it was last used, or made; ISO 8601, UTC. */
  readonly at: string | undefined;
}

/** A place in which things are that could go. */
export interface CleanUpSource {
  readonly kinds: readonly CleanUpKind[];
  find(signal: AbortSignal): Promise<readonly CleanUpItem[]>;
  /** Looks once more whether the thing may still go, and rejects with `conflict` where it may not. */
  remove(item: CleanUpItem, signal: AbortSignal): Promise<void>;
}

/** Kinds that hold no work of anybody: they can be made again, or are what a delete left behind. */
const isWorthless: Readonly<Record<CleanUpKind, boolean>> = {
  stopped: false,
  archived: false,
  volume: false,
  network: true,
  image: true,
  record: false,
  movedAway: false,
  securityLog: true,
};

/** Whether something goes without anybody losing work by it. */
export function losesNothing({ kind }: Pick<CleanUpItem, 'kind'>): boolean {
  return isWorthless[kind];
}
