import { BlockList, isIPv6 } from 'node:net';
import { deniedDestinations } from './squidConfiguration.ts';

/**
 * What of this machine a proxy must not reach beyond `deniedDestinations`, given its addresses, in the same order whatever
 * theirs: nothing for most machines, so that one that changes networks changes no rules. Of an IPv6 address it is the
 * network around it, in which the machine gives itself another one every day.
 */
export function ownDestinations(hostAddresses: readonly string[]): readonly string[] {
  const others = hostAddresses.filter((address) => !denied.check(address, familyOf(address)));
  return [...new Set(others.map((address) => (isIPv6(address) ? networkAround(address) : address)))].sort();
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

const denied = new BlockList();
for (const block of deniedDestinations) {
  const [address = '', bits] = block.split('/');
  if (bits === undefined) denied.addAddress(address, familyOf(address));
  else denied.addSubnet(address, Number(bits), familyOf(address));
}

function networkAround(address: string): string {
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}
