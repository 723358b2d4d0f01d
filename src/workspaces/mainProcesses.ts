import type { MainProcess } from '../isolation/mainProcess.ts';
import type { EngineContainers } from './engineContainers.ts';

type Engine = Pick<EngineContainers, 'hasFile'>;

/** What can keep a container of each image alive. */
export class MainProcesses {
  /** By image id. */
  private readonly known = new Map<string, MainProcess>();
  private readonly looks = new Map<string, Promise<MainProcess>>();

  /** The main process for an image, as far as it is known; most images have a shell and `sleep`. */
  of(imageId: string | undefined): MainProcess {
    return this.known.get(imageId ?? '') ?? 'shell';
  }

  /** The main process for an image, looked for in this container of it unless another one has shown it. */
  async learn(engine: Engine, imageId: string, containerId: string): Promise<MainProcess> {
    const known = this.known.get(imageId);
    if (known) return known;
    const first = this.looks.get(imageId);
    // Who is first may be gone before it was looked into.
    const ofFirst = first && (await first.catch(() => undefined));
    const found = ofFirst ?? (await this.look(engine, imageId, containerId));
    this.known.set(imageId, found);
    return found;
  }

  private look(engine: Engine, imageId: string, containerId: string): Promise<MainProcess> {
    const looking = mainProcessIn(engine, containerId).finally(() => this.looks.delete(imageId));
    this.looks.set(imageId, looking);
    return looking;
  }
}

async function mainProcessIn(engine: Engine, containerId: string): Promise<MainProcess> {
  const has = (path: string) => engine.hasFile(containerId, path);
  if (!(await has('/bin/sleep')) && !(await has('/usr/bin/sleep'))) return 'image';
  return (await has('/bin/sh')) ? 'shell' : 'sleep';
}
