import http from 'node:http';

/** Asks a proxy for a URL as often and as fast as some connections can, and tells what came of it. */
export async function flood({ host, port, url, connections, seconds }) {
  const statuses = {};
  const latenciesMs = [];
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const endsAt = performance.now() + seconds * 1000;
  const begin = performance.now();
  const one = () =>
    new Promise((resolve) => {
      const startedAt = performance.now();
      const count = (key) => {
        statuses[key] = (statuses[key] ?? 0) + 1;
        latenciesMs.push(performance.now() - startedAt);
        resolve();
      };
      http
        .get({ host, port, path: url, headers: { host: new URL(url).host }, agent }, (response) => {
          response.resume();
          response.on('end', () => count(response.statusCode)).on('error', () => count('error'));
        })
        .on('error', () => count('error'));
    });
  const worker = async () => {
    while (performance.now() < endsAt) await one();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const perSecond = Math.round((sorted.length * 1000) / (performance.now() - begin));
  return { statuses, perSecond, medianMs: sorted[Math.floor(sorted.length / 2)] };
}
