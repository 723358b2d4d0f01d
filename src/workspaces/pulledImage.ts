import type { ContainerEngine } from './containerEngine.ts';
import type { ImageFacts } from './engineImages.ts';
import type { Operation } from './operations.ts';

/** Pulls an image for an operation, which tells how far that is and ends it when it is ended. */
export function pulledImage(
  engine: Pick<ContainerEngine, 'pullImage'>,
  reference: string,
  operation: Pick<Operation, 'signal' | 'progress'>,
): Promise<ImageFacts> {
  return engine.pullImage(reference, {
    signal: operation.signal,
    onProgress: (message, fraction) => {
      operation.progress(message, fraction);
    },
  });
}
