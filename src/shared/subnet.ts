import { isIPv4 } from 'node:net';

/** A block of IPv4 addresses as numbers, both ends included. */
export interface Subnet {
  readonly first: number;
  readonly last: number;
}

/** Reads a block such as `10.1.2.0/28`, around any of its addresses; `undefined` for anything else, IPv6 included. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', bits = ''] = /^([\d.]{7,15})\/(\d{1,2})$/.exec(text) ?? [];
  if (!isIPv4(address) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

/** Whether two blocks have an address in common. */
export function overlaps(one: Subnet, other: Subnet): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Whether all addresses of a block lie in another one. */
export function isWithin(inner: Subnet, outer: Subnet): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}

/** An address as people write it. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
