/** The capabilities of Linux in the order of their bits. */
const names = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID'],
  ...['SETPCAP', 'LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW'],
  ...['IPC_LOCK', 'IPC_OWNER', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT'],
  ...['SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE', 'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD'],
  ...['LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP', 'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG'],
  ...['WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF', 'CHECKPOINT_RESTORE'],
];

/** The bits of capabilities by their names without the `CAP_` prefix; names that are not known have none. */
export function capabilityBits(wanted: readonly string[]): bigint {
  return names.reduce((bits, name, bit) => (wanted.includes(name) ? bits | (1n << BigInt(bit)) : bits), 0n);
}

/** The names of the capabilities whose bits are set. */
export function capabilitiesOf(bits: bigint): readonly string[] {
  const known = names.filter((_, bit) => (bits & (1n << BigInt(bit))) !== 0n);
  return bits >> BigInt(names.length) === 0n ? known : [...known, '?'];
}
