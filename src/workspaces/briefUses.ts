/** Lets what is started in a workspace begin only while that one is not held still. */
export class BriefUses {
  /** Whether the workspace is held still, or just being let go. */
  private readonly isHeld: (workspaceId: string) => boolean;
  /** By workspace: what is just being started there, and who waits to do so. */
  private readonly uses = new Map<string, Set<Promise<unknown>>>();
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(isHeld: (workspaceId: string) => boolean) {
    this.isHeld = isHeld;
  }

  /** Runs `work`, which is done soon, once the workspace is not held still. */
  async whileFree<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
    while (this.isHeld(workspaceId))
      await new Promise<void>((resolve) => {
        this.waiting.set(workspaceId, [...(this.waiting.get(workspaceId) ?? []), resolve]);
      });
    const using = work();
    const uses = this.uses.get(workspaceId) ?? new Set();
    this.uses.set(workspaceId, uses.add(using));
    try {
      return await using;
    } finally {
      uses.delete(using);
      if (uses.size === 0) this.uses.delete(workspaceId);
    }
  }

  /** Waits until whatever has begun in the workspace is done. */
  async settled(workspaceId: string): Promise<void> {
    await Promise.allSettled([...(this.uses.get(workspaceId) ?? [])]);
  }

  /** Whoever waits for the workspace goes on, unless somebody else holds it still. */
  tellFree(workspaceId: string): void {
    const waiting = this.waiting.get(workspaceId) ?? [];
    this.waiting.delete(workspaceId);
    for (const goOn of waiting) goOn();
  }
}
