import * as l10n from '@vscode/l10n';
import type { ContainerEngine } from './containerEngine.ts';
import type { ImageFacts } from './engineImages.ts';
import type { Operation } from './operations.ts';
import { pulledImage } from './pulledImage.ts';

/** The image of a workspace, pulled where the engine does not have it. */
export async function requireImage(
  engine: Pick<ContainerEngine, 'inspectImage' | 'pullImage'>,
  reference: string,
  operation: Operation,
): Promise<ImageFacts> {
  operation.progress(l10n.t('Looking for the image {0}', reference));
  const local = await engine.inspectImage(reference);
  operation.check();
  if (local) return local;
  operation.progress(l10n.t('Pulling the image {0}', reference));
  return await pulledImage(engine, reference, operation);
}
