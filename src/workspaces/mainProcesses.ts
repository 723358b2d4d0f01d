import type { EngineContainers } from './containerEngine.ts';

/** What keeps a container alive: our own `sleep` where the image has one, else the image's own command. */
export class MainProcesses {
  /** By image id. */
  private readonly hasSleep = new Map<string, boolean>();

  /** The main process for an image, as far as it is known; most images have `sleep`. */
  of(imageId: string | undefined): 'sleep' | 'image' {
    return imageId !== undefined && this.hasSleep.get(imageId) === false ? 'image' : 'sleep';
  }

  /** Looks into a container of an image that is new; true when what was assumed of the image is wrong. */
  async learn(
    engine: Pick<EngineContainers, 'hasFile'>,
    imageId: string,
    containerId: string,
  ): Promise<boolean> {
    if (this.hasSleep.has(imageId)) return false;
    const found =
      (await engine.hasFile(containerId, '/bin/sleep')) ||
      (await engine.hasFile(containerId, '/usr/bin/sleep'));
    this.hasSleep.set(imageId, found);
    return !found;
  }
}
