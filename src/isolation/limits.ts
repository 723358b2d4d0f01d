import * as z from 'zod/mini';
import type { Limits } from './profile.ts';

/** What each limit may be: from `least` to `most`, in whole steps where `whole`. */
export const limitRanges = Object.freeze({
  cpus: { least: 0.01, most: 512, whole: false },
  memoryMiB: { least: 32, most: 4_194_304, whole: true },
  pids: { least: 16, most: 1_000_000, whole: true },
  tmpMiB: { least: 1, most: 1_048_576, whole: true },
}) satisfies Record<keyof Limits, { least: number; most: number; whole: boolean }>;

const limit = (name: keyof Limits) =>
  (limitRanges[name].whole ? z.int() : z.number()).check(
    z.gte(limitRanges[name].least),
    z.lte(limitRanges[name].most),
  );

/** The validator of each limit, wherever it comes from. */
export const limitSchemas = {
  cpus: limit('cpus'),
  memoryMiB: limit('memoryMiB'),
  pids: limit('pids'),
  tmpMiB: limit('tmpMiB'),
};
