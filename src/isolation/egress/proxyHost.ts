/** By this name a workspace finds its proxy, in the network that only the two of them have. */
export const proxyHost = 'cordon-proxy';
