/**
 * What proxies that run keep to, by their containers, where this window knows: another one may have handed them anything
 * since they were started with what they were made for.
 */
export class RulesInForce {
  private readonly known = new Map<
    string,
    { readonly workspaceId: string; readonly configuration: string }
  >();

  of(containerId: string): string | undefined {
    return this.known.get(containerId)?.configuration;
  }

  know(containerId: string, workspaceId: string, configuration: string): void {
    this.known.set(containerId, { workspaceId, configuration });
  }

  forget(containerId: string): void {
    this.known.delete(containerId);
  }

  forgetAllOf(workspaceId: string): void {
    for (const [containerId, known] of this.known)
      if (known.workspaceId === workspaceId) this.known.delete(containerId);
  }
}
