/** Engines count memory and disk in bytes; people and profiles do in MiB. */
export const bytesPerMiB = 1024 * 1024;
/** Engines count time in nanoseconds, and a processor core as a second of its time. */
export const nanosPerSecond = 1e9;
