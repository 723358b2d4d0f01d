import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { PortForwards } from './portForwards.ts';

/** A port that is forwarded whenever a workspace runs, whether or not anything listens on it yet. */
export interface PortRule {
  readonly port: number;
  /** The port on this machine; as with any forwarded port when missing. */
  readonly localPort?: number | undefined;
  readonly label?: string | undefined;
  /** The name of the workspace; every workspace of the open folder when missing. */
  readonly workspace?: string | undefined;
}

interface Parts {
  readonly store: Pick<WorkspaceStore, 'list' | 'onDidChange'>;
  readonly rules: () => readonly PortRule[];
  readonly onDidChangeRules: Event<unknown>;
  /** Of many windows, the one that has the folder open forwards its ports. */
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly forwards: Pick<PortForwards, 'forward'>;
  readonly log: Log;
}

/** Forwards the ports that the person has named in a setting. */
export class PortRules implements Disposable {
  private readonly parts: Parts;
  private readonly subscriptions = new DisposableStore();
  /** By workspace and rule: what was tried since its container runs. */
  private readonly done = new Map<string, Map<string, Disposable>>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.subscriptions.add(
      parts.store.onDidChange(({ id, current }) => {
        if (current) this.follow(current);
        else this.done.delete(id);
      }),
    );
    this.subscriptions.add(
      parts.onDidChangeRules(() => {
        this.followAll();
      }),
    );
    this.followAll();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private followAll(): void {
    for (const workspace of this.parts.store.list()) this.follow(workspace);
  }

  private follow(workspace: Workspace): void {
    const { id, name, container, folder, frozen } = workspace;
    if (container.kind === 'paused' || container.kind === 'unknown') return;
    const isOver = container.kind !== 'running' || frozen !== undefined;
    // The ports themselves end with the container.
    if (isOver) this.done.delete(id);
    if (isOver || !this.parts.isOpenHere(folder)) return;
    const rules = new Map(
      this.parts
        .rules()
        .filter((rule) => rule.workspace === undefined || rule.workspace === name)
        .map((rule) => [JSON.stringify(rule), rule]),
    );
    const done = this.done.get(id) ?? new Map<string, Disposable>();
    if (rules.size > 0 || done.size > 0) this.done.set(id, done);
    for (const [key, forwarded] of done)
      if (!rules.has(key)) {
        done.delete(key);
        forwarded.dispose();
      }
    for (const [key, rule] of rules) if (!done.has(key)) done.set(key, this.forward(workspace, rule));
  }

  private forward({ id, name }: Workspace, rule: PortRule): Disposable {
    let isWanted = true;
    const forwarding = this.parts.forwards.forward(id, rule.port, rule).catch((error: unknown) => {
      this.parts.log.warn(
        `Port ${rule.port} of "${name}" could not be forwarded as the setting says: ${describeError(error)}`,
      );
      return undefined;
    });
    void forwarding.then((forwarded) => {
      if (!isWanted) forwarded?.dispose();
    });
    return {
      dispose: () => {
        isWanted = false;
        void forwarding.then((forwarded) => forwarded?.dispose());
      },
    };
  }
}
