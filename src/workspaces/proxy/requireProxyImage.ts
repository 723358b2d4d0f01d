import * as l10n from '@vscode/l10n';
import { CordonError, hasCode, summarize } from '../../shared/errors.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { Operation } from '../operations.ts';
import { pulledImage } from '../pulledImage.ts';

/** There is no image for the proxy of a filtered network, and so no such network. */
export class ProxyImageMissing extends CordonError {
  constructor(image: string, cause: unknown) {
    super(
      'imageNotFound',
      l10n.t(
        'The network "filtered" needs a proxy, and its image {0} is not there ({1}). Pull it, name another one in the setting "cordon.proxyImage", or choose the network "isolated", which reaches nothing. The network "open" would reach everything.',
        image,
        summarize(cause).message,
      ),
      cause,
    );
  }
}

/** Pulls the image of a proxy where the engine does not have it. */
export async function requireProxyImage(
  image: string,
  engine: Pick<ContainerEngine, 'inspectImage' | 'pullImage'>,
  operation: Operation,
): Promise<void> {
  const local = await engine.inspectImage(image);
  operation.check();
  if (local) return;
  operation.progress(l10n.t('Pulling the image {0} of the proxy', image));
  try {
    await pulledImage(engine, image, operation);
  } catch (error) {
    if (hasCode(error, 'cancelled') || hasCode(error, 'engineUnavailable')) throw error;
    throw new ProxyImageMissing(image, error);
  }
}
