// The entry of the extension while its activation is measured: loads the real one, and tells how long that took.
import net from 'node:net';
import { performance } from 'node:perf_hooks';

let extension;

export async function activate(context) {
  // what VS Code does once for the first extension of this kind, and then for each: neither is ours
  const firstMs = await timed(() => import('./empty.js?1'));
  const emptyMs = await timed(() => import('./empty.js?2'));
  const loadMs = await timed(async () => (extension = await import('./dist/extension.js')));
  const connections = countConnections();
  const startedAt = performance.now();
  const api = extension.activate(context);
  const calls = connections.end();
  await api;
  const activateMs = performance.now() - startedAt;
  globalThis.cordonActivation = { firstMs, emptyMs, loadMs, activateMs, calls };
  return api;
}

export const deactivate = () => extension?.deactivate();

async function timed(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function countConnections() {
  const { connect } = net.Socket.prototype;
  let count = 0;
  net.Socket.prototype.connect = function (...words) {
    count++;
    return connect.apply(this, words);
  };
  return {
    end() {
      net.Socket.prototype.connect = connect;
      return count;
    },
  };
}
