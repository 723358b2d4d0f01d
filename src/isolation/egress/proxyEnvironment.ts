import { proxyPort } from './proxyHost.ts';

/** Never through the proxy: what runs in the workspace itself. */
const ownNames = ['localhost', '127.0.0.1', '::1'];

/**
 * The variables that make the usual programs of a workspace ask its proxy, given the address that this has in the network of
 * the workspace. Nothing is held by them: there is no other way out for a program that ignores them.
 */
export function proxyEnvironment(address: string): Record<string, string> {
  const url = `http://${address}:${proxyPort}`;
  const noProxy = ownNames.join(',');
  return {
    ...inBothCases('http_proxy', url),
    ...inBothCases('https_proxy', url),
    ...inBothCases('no_proxy', noProxy),
    // Node's own fetch looks at the ones above only when told so (22.21, 24.5 and later)
    NODE_USE_ENV_PROXY: '1',
    // pnpm, Yarn 1, and npm before 7
    npm_config_proxy: url,
    npm_config_https_proxy: url,
    npm_config_noproxy: noProxy,
    // Yarn 2 and later
    YARN_HTTP_PROXY: url,
    YARN_HTTPS_PROXY: url,
    PIP_PROXY: url,
    CARGO_HTTP_PROXY: url,
    ELECTRON_GET_USE_PROXY: '1',
    GRADLE_OPTS: javaProperties(address),
    MAVEN_OPTS: `${javaProperties(address)} -Daether.connector.http.useSystemProperties=true`,
  };
}

function inBothCases(name: string, value: string): Record<string, string> {
  return { [name]: value, [name.toUpperCase()]: value };
}

/**
 * Java looks at no variable but its own; these tell Gradle and Maven alone, as Java says aloud whenever it is told. What it
 * asks for on this machine goes past a proxy by itself. Older wrappers of Gradle have a shell read them once more.
 */
function javaProperties(address: string): string {
  return ['http', 'https']
    .map((scheme) => `-D${scheme}.proxyHost=${address} -D${scheme}.proxyPort=${proxyPort}`)
    .join(' ');
}
