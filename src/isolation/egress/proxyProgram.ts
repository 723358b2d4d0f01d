/** Where a proxy listens in the network of its workspace. */
export const proxyPort = 3128;
/** The last line of a configuration, so that a part is never taken for the whole. */
export const endOfConfiguration = '# end of the configuration';
/** The variable of a proxy's container that holds the configuration it starts with. */
export const proxyConfigurationVariable = 'CORDON_PROXY_RULES';
/** What a proxy prints, a line of its own, once it takes tries. */
export const proxyReadyLine = 'cordon-ready';
/** Who the proxy runs as: `proxy` in Debian and in Ubuntu. */
export const proxyUser = '13:13';
const folder = '/run/cordon';
/** What the proxy can write to, and nothing else: places and the options of their mounts. */
export const proxyTmpfs: Readonly<Record<string, string>> = {
  [folder]: 'rw,noexec,nosuid,nodev,size=1m,mode=0700,uid=13,gid=13',
};

/** Whether the whole of a configuration is there. */
const isWhole = (file: string) => `[ "$(tail -n 1 ${file})" = '${endOfConfiguration}' ]`;

/**
 * What a proxy's container runs in place of its image's entrypoint and command. It ends when squid does; without a
 * configuration it does not start.
 */
export function proxyCommand(): string[] {
  return shell(
    'umask 077',
    `cd ${folder}`,
    `printf '%s' "$${proxyConfigurationVariable}" >squid.conf`,
    isWhole('squid.conf'),
    // says so once it listens, or nothing if it never does
    `{ until [ -n "$(listener)" ]; do sleep 0.02; done; echo ${proxyReadyLine}; } &`,
    `exec squid -N -f ${folder}/squid.conf`,
  );
}

/**
 * A command to run in a proxy's container that takes another configuration from its standard input. It ends with 0 once
 * that is in force; with any other code the one before stays in force, and the standard error says why.
 */
export function proxyReload(): string[] {
  return shell(
    'umask 077',
    `cd ${folder}`,
    'cat >next.conf',
    `${isWhole('next.conf')} || { echo 'a part of the configuration is missing' >&2; exit 3; }`,
    // says much, also when all is well
    `said=$(squid -k parse -f ${folder}/next.conf 2>&1) || { echo "$said" | grep -vE '(Processing|Startup|Initializing)[: ]' >&2; exit 5; }`,
    'mv next.conf squid.conf',
    'before=$(listener)',
    'kill -HUP 1',
    // it listens anew when it has read the configuration
    'tries=100',
    'while [ "$(listener)" = "$before" ] || [ -z "$(listener)" ]; do tries=$((tries - 1)); [ $tries -gt 0 ] || exit 4; sleep 0.02; done',
  );
}

/** The number of the socket that the proxy listens at. */
const listener = `listener() { while read -r _ local _ state _ _ _ _ _ socket _; do case "$local $state" in *:${proxyPort.toString(16).toUpperCase().padStart(4, '0')}\\ 0A) echo "$socket";; esac; done </proc/net/tcp; }`;

const shell = (...steps: readonly string[]) => ['/bin/sh', '-c', [listener, 'set -e', ...steps].join('\n')];
