/** By this name a workspace finds its proxy, in the network that only the two of them have. */
export const proxyHost = 'cordon-proxy';
/** Where it listens there. */
export const proxyPort = 3128;
