import { isWithin, parseSubnet } from '../shared/subnet.ts';

/**
 * Out of this range workspaces get their networks. The engines' own pools lie elsewhere: Docker's in 172.17.0.0 to
 * 172.31.255.255 and 192.168.0.0/16, Podman's from 10.88.0.0 up.
 */
export const defaultNetworkRange = '10.213.0.0/16';

/** Blocks that are never used in the internet: addresses of another one could not be reached from a workspace any more. */
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];
/** 256 addresses, room for 16 networks. */
const smallestPrefix = 24;

/** Whether a text names a range that networks can come out of: private, and not too small. */
export function isNetworkRange(text: string): boolean {
  const range = parseSubnet(text);
  return (
    range !== undefined &&
    range.last - range.first + 1 >= 2 ** (32 - smallestPrefix) &&
    privateBlocks.some((block) => isWithin(range, parseSubnet(block) ?? { first: 1, last: 0 }))
  );
}
