/** What happened to a container of a workspace, as the engine told it. */
export interface ContainerEvent {
  readonly workspaceId: string;
  readonly containerId: string;
  readonly action:
    | 'create'
    | 'start'
    | 'stop'
    | 'die'
    | 'kill'
    | 'pause'
    | 'unpause'
    | 'destroy'
    | 'oom'
    | 'rename'
    | 'update';
  readonly exitCode?: number;
  /** Milliseconds since 1970 by the engine's clock. */
  readonly timeMs: number;
}

/** What was done to a container beside its life cycle, by whomever, as the engine told it. Commands are hostile input. */
export type ActivityEvent =
  | {
      readonly kind: 'exec';
      readonly workspaceId: string;
      readonly containerId: string;
      readonly execId: string;
      readonly command: string;
      /** Milliseconds since 1970 by the engine's clock. */
      readonly timeMs: number;
    }
  | {
      readonly kind: 'execEnd';
      readonly workspaceId: string;
      readonly containerId: string;
      readonly execId: string;
      readonly exitCode: number;
      readonly timeMs: number;
    }
  | {
      /** What happened to the proxy of a workspace. */
      readonly kind: 'proxy';
      readonly workspaceId: string;
      readonly containerId: string;
      readonly action: ContainerEvent['action'];
      readonly timeMs: number;
    }
  | {
      readonly kind: 'networkConnect';
      /** Any container of the engine, ours or not. */
      readonly containerId: string;
      readonly networkId: string;
      readonly networkName: string;
      readonly timeMs: number;
    };
