/** What is known of an image before it runs. */
export interface ImageFacts {
  readonly id: string;
  readonly reference: string;
  /** Paths that the image declares as VOLUME. */
  readonly volumes: readonly string[];
  /** The user that the image names; empty for root. */
  readonly user: string;
  readonly operatingSystem: string;
}

/** An image that the engine has, under one of its names. */
export interface LocalImage {
  readonly id: string;
  readonly reference: string;
  readonly sizeBytes: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** How a pull is ended, and who hears how far it is. */
export interface PullOptions {
  readonly signal: AbortSignal;
  /** `fraction` from 0 to 1 over the bytes of all layers known so far. */
  onProgress(message: string, fraction?: number): void;
}

/** The images of the engine, whoever brought them there. */
export interface EngineImages {
  /** `undefined` when the engine does not have it. */
  inspectImage(reference: string): Promise<ImageFacts | undefined>;
  listImages(): Promise<readonly LocalImage[]>;
  /** Pulls with layer progress. Rejects with `imagePullFailed`, `imageNotFound` or `cancelled`. */
  pullImage(reference: string, options: PullOptions): Promise<ImageFacts>;
}
