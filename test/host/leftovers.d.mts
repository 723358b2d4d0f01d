/** What an engine holds that carries Cordon's label (or another `label`, such as `cordon.workspace.id=…`). */
export function managedResources(
  socketPath: string,
  label?: string,
): Promise<
  readonly { readonly kind: 'container' | 'network' | 'volume'; readonly id: string; readonly name: string }[]
>;

/** Removes what carries a label. */
export function removeManaged(socketPath: string, label?: string): Promise<void>;
