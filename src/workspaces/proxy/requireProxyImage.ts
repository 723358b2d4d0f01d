import * as l10n from '@vscode/l10n';
import { imageVolumeTargets } from '../../isolation/imageVolumes.ts';
import { CordonError, hasCode, summarize } from '../../shared/errors.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { ImageFacts } from '../engineImages.ts';
import type { Operation } from '../operations.ts';
import { pulledImage } from '../pulledImage.ts';

/** The image for the proxy of a filtered network is not there or cannot be isolated, and so there is no such network. */
export class ProxyImageMissing extends CordonError {
  constructor(image: string, cause: unknown) {
    super(
      'imageNotFound',
      l10n.t(
        'The network "filtered" needs a proxy, and its image {0} cannot be used ({1}). Pull it, name another one in the setting "cordon.proxyImage", or choose the network "isolated", which reaches nothing. The network "open" would reach everything.',
        image,
        summarize(cause).message,
      ),
      cause,
    );
  }
}

/** The image of a proxy, pulled where the engine does not have it. Rejects with `ProxyImageMissing` for one that is of no use. */
export async function requireProxyImage(
  image: string,
  engine: Pick<ContainerEngine, 'inspectImage' | 'pullImage'>,
  operation: Operation,
): Promise<ImageFacts> {
  const local = await engine.inspectImage(image);
  operation.check();
  if (!local) operation.progress(l10n.t('Pulling the image {0} of the proxy', image));
  try {
    const facts = local ?? (await pulledImage(engine, image, operation));
    imageVolumeTargets(facts.volumes, []);
    return facts;
  } catch (error) {
    if (hasCode(error, 'cancelled') || hasCode(error, 'engineUnavailable')) throw error;
    throw new ProxyImageMissing(image, error);
  }
}
