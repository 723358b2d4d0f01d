/** The disk under the folders of workspaces. */
export interface Disk {
  /** Bytes that are free on the file system of a path; `undefined` where that cannot be told. */
  freeBytes(path: string): Promise<number | undefined>;
  /** Bytes that the files below a folder take up which changed since then, in milliseconds since 1970. */
  bytesChangedSince(folder: string, sinceMs: number): Promise<number>;
}
