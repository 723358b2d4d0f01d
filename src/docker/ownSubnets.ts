import { createHash } from 'node:crypto';
import { addressText, overlaps, parseSubnet, type Subnet } from '../shared/subnet.ts';
import { refusalText } from './engineErrors.ts';

/** Where networks may have their addresses. */
export interface NetworkAddresses {
  /** The range for our networks, such as `10.213.0.0/16`; asked for every network, for settings change. */
  range(): string;
  /** What this machine uses for itself. */
  takenHere(): Promise<readonly Subnet[]>;
}

/** 16 addresses: the network, the engine's end, the container, and some that nobody has. */
const prefix = 28;
const size = 2 ** (32 - prefix);
/** Where the engine refuses this many in a row, something that nobody lists has the range. */
const mostTries = 8;

/**
 * Gives networks their subnets out of a range of their own: an engine that chooses by itself gives out large ones, and
 * has none left after about thirty networks.
 */
export class OwnSubnets {
  private readonly addresses: NetworkAddresses;
  private readonly takenInEngine: () => Promise<readonly Subnet[]>;
  /** Those of the networks that are just being made, which the engine does not list yet. */
  private readonly promised = new Set<Subnet>();

  constructor(addresses: NetworkAddresses, takenInEngine: () => Promise<readonly Subnet[]>) {
    this.addresses = addresses;
    this.takenInEngine = takenInEngine;
  }

  /**
   * Makes a network with a subnet that is free, and with another one when somebody else was faster. Where the range has
   * none, `make` gets `undefined`: the engine chooses.
   */
  async use<T>(name: string, make: (subnet: string | undefined) => Promise<T>): Promise<T> {
    const refused: Subnet[] = [];
    while (refused.length < mostTries) {
      const subnet = await this.choose(`${name} ${refused.length}`, refused);
      if (!subnet) break;
      try {
        return await make(`${addressText(subnet.first)}/${prefix}`);
      } catch (error) {
        if (!isTaken(error)) throw error;
        refused.push(subnet);
      } finally {
        this.promised.delete(subnet);
      }
    }
    return await make(undefined);
  }

  private async choose(seed: string, refused: readonly Subnet[]): Promise<Subnet | undefined> {
    const range = parseSubnet(this.addresses.range());
    if (!range) return undefined;
    const taken = (await Promise.all([this.takenInEngine(), this.addresses.takenHere()])).flat();
    const subnet = freeSubnet(range, [...taken, ...refused, ...this.promised], seed);
    if (subnet) this.promised.add(subnet);
    return subnet;
  }
}

/** A free block of the range: two windows that look at the same moment begin at different places. */
function freeSubnet(range: Subnet, taken: readonly Subnet[], seed: string): Subnet | undefined {
  const near = taken.filter((block) => overlaps(block, range));
  const count = Math.floor((range.last - range.first + 1) / size);
  const start = createHash('sha256').update(seed).digest().readUInt32BE();
  for (let step = 0; step < count; step += 1) {
    const first = range.first + ((start + step) % count) * size;
    const block = { first, last: first + size - 1 };
    if (!near.some((other) => overlaps(block, other))) return block;
  }
  return undefined;
}

/** Docker's words, its bridges', and Podman's for addresses that something else has. */
function isTaken(error: unknown): boolean {
  return /pool overlaps|overlapping ipv4|already used|conflicts with existing route/i.test(
    refusalText(error),
  );
}
