/**
 * What engines make read-only of the kernel's own files. A list of ours replaces an engine's, so these are asked for
 * again.
 */
export const readOnlySystemPaths = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
] as const;

const maskedAlways = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
] as const;

/** More cores than this are not told apart: their counters of heat are one of many places to learn of the load. */
const mostCores = 256;

/** The union of what Docker Engine and Podman hide of the kernel's files, in any version up to today's. */
export function maskedSystemPaths(engineCpus: number): string[] {
  const cores = Array.from({ length: Math.min(engineCpus, mostCores) }, (_, core) => core);
  return [...maskedAlways, ...cores.map((core) => `/sys/devices/system/cpu/cpu${core}/thermal_throttle`)];
}
