/** An image that carries our labels. */
export interface OwnImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly sizeBytes: number;
  readonly createdAtSeconds: number;
  /** Whether any container, whoever made it, is made of it. */
  readonly isUsed: boolean;
}

/** What of Cordon's is left over. A thing without our label is refused with `conflict`, one that is gone is success. */
export interface EngineLeftovers {
  /** Bytes of every volume of which the engine tells them, by name. Costs it a walk through all of them. */
  volumeSizes(): Promise<ReadonlyMap<string, number>>;
  /** Rejects for one that is in use. */
  removeVolume(name: string): Promise<void>;
  listOwnImages(): Promise<readonly OwnImage[]>;
  /** Rejects for one that is in use or has several names. */
  removeImage(id: string): Promise<void>;
}
