export const debianImage: 'cordon/debian:local';
export const languagesImage: 'cordon-test/languages:local';
export const squidImage: 'cordon-test/squid:local';
export const smallImages: readonly string[];
/** Makes the images that are missing in an engine. */
export function ensureImages(options: {
  readonly socketPath: string;
  readonly wanted?: readonly string[];
}): Promise<void>;
