import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import type { EgressPolicy } from '../../../src/isolation/egress/egressPolicy.ts';
import { internetNameServer, startTestInternet, type KnownName, type TestInternet } from './testInternet.ts';
import { startTestProxy, type TestProxy } from './testProxy.ts';

/** A proxy with rules between a client and servers that stand for the internet, on an engine of their own. */
export interface ProxyBench {
  readonly engine: PrivateEngine;
  readonly internet: TestInternet;
  readonly proxy: TestProxy;
  /** Says something to the proxy and returns the status of each answer. */
  statuses(...parts: string[]): Promise<readonly number[]>;
  /** Asks for a URL, and returns the status. */
  get(url: string, options?: { method?: string; headers?: string }): Promise<number | undefined>;
  /** Asks for a tunnel, and returns the status. */
  connect(to: string): Promise<number | undefined>;
  /** What servers were asked for since the last time, each as a name and a path, with the address that it came to. */
  reached(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

/** Starts it; `names` are known in its internet. */
export async function startProxyBench(
  names: Readonly<Record<string, KnownName>>,
  policy: Partial<EgressPolicy>,
): Promise<ProxyBench> {
  const engine = await startPrivateEngine({ nameServer: internetNameServer });
  const undo: (() => Promise<void>)[] = [() => engine.stop()];
  const dispose = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const internet = await startTestInternet(engine);
    undo.push(() => internet.dispose());
    await internet.know(names);
    const proxy = await startTestProxy(engine.socketPath, policy);
    undo.push(() => proxy.dispose());
    const statuses = async (...parts: string[]) =>
      [...(await internet.exchange(proxy.at, ...parts)).matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, code]) =>
        Number(code),
      );
    return {
      engine,
      internet,
      proxy,
      statuses,
      get: async (url, { method = 'GET', headers = '' } = {}) => {
        const host = /^\w+:\/\/([^/]*)/.exec(url)?.[1] ?? '';
        const request = `${method} ${url} HTTP/1.1\r\nHost: ${host}\r\n${headers}Connection: close\r\n\r\n`;
        return (await statuses(request))[0];
      },
      connect: async (to) => (await statuses(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`))[0],
      reached: async () =>
        (await internet.received()).map(
          ({ method, headers, url, address }) => `${method} ${headers['host'] ?? ''}${url} at ${address}`,
        ),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
