import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';

/**
 * Reaches an engine through the `ssh` of the system, as the docker command does, so that its known hosts, keys and
 * configuration count. It never asks for anything: what would need an answer fails.
 */
export class SshAgent extends Agent {
  private readonly destination: readonly string[];

  constructor(host: string, port: number | undefined) {
    super({ keepAlive: true, maxFreeSockets: 2 });
    this.destination = [...(port === undefined ? [] : ['-p', String(port)]), '--', host];
  }

  override createConnection(): Duplex {
    const options = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-T'];
    const child = spawn('ssh', [...options, ...this.destination, 'docker', 'system', 'dial-stdio'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const connection = Duplex.from({ readable: child.stdout, writable: child.stdin });
    child.once('error', (error) => connection.destroy(error));
    connection.once('close', () => child.kill());
    return Object.assign(connection, socketMethods(connection));
  }
}

/** What an HTTP client asks of a socket beyond a stream. */
function socketMethods(connection: Duplex) {
  const same = () => connection;
  return { setKeepAlive: same, setNoDelay: same, setTimeout: same, ref: same, unref: same };
}
