import http from 'node:http';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';

/** The engine's own calls over its socket with nothing in between: the floor under every other way. */
export class RawEngine {
  private readonly agent = new http.Agent({ keepAlive: true });
  private readonly socketPath: string;
  private readonly version: string;

  constructor(socketPath: string, apiVersion: string) {
    this.socketPath = socketPath;
    this.version = `/v${apiVersion}`;
  }

  /** One call; fails unless the engine says that all went well (304, nothing to do, included). */
  call(method: string, path: string, body?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request = this.request(method, path, body, this.agent);
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 305) resolve(text === '' ? undefined : JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${status} ${text}`));
        });
      });
      request.end(body && JSON.stringify(body));
    });
  }

  /** Calls what makes a thing and returns the id of it. */
  async make(path: string, body: object): Promise<string> {
    return ((await this.call('POST', path, body)) as { Id: string }).Id;
  }

  /** Runs a command: makes the exec, starts it, reads its output to the end, asks for its exit code. */
  async exec(containerId: string, command: readonly string[]): Promise<{ stdout: string; exitCode: number }> {
    const options = { AttachStdout: true, AttachStderr: true, Cmd: command, WorkingDir: '/workspace' };
    const id = await this.make(`/containers/${containerId}/exec`, options);
    const stdout = await this.output(id);
    const { ExitCode } = (await this.call('GET', `/exec/${id}/json`)) as { ExitCode: number };
    return { stdout, exitCode: ExitCode };
  }

  /** Hands out every event of a filter, once the engine has begun to tell them. The result ends it. */
  events(filters: object, onEvent: (event: unknown) => void): Promise<() => void> {
    const path = `/events?filters=${encodeURIComponent(JSON.stringify(filters))}`;
    return new Promise((resolve, reject) => {
      const request = this.request('GET', path, undefined, false);
      request.on('error', reject);
      request.on('response', (response) => {
        let rest = '';
        response.on('error', () => undefined);
        response.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) onEvent(JSON.parse(line));
        });
        resolve(() => request.destroy());
      });
      request.end();
    });
  }

  dispose(): void {
    this.agent.destroy();
  }

  /** Starts a command in a terminal, and gives the stream of both directions. */
  async attachTerminal(containerId: string, command: readonly string[]): Promise<Duplex> {
    const options = { AttachStdin: true, AttachStdout: true, Tty: true, Cmd: command };
    const id = await this.make(`/containers/${containerId}/exec`, options);
    const { socket, head } = await this.start(id, true);
    if (head.length > 0) socket.unshift(head);
    return socket;
  }

  private async output(execId: string): Promise<string> {
    const { socket, head } = await this.start(execId);
    const chunks = [head];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await finished(socket, { writable: false });
    socket.destroy();
    return stdoutOf(Buffer.concat(chunks));
  }

  private start(
    execId: string,
    isTerminal = false,
  ): Promise<{ readonly socket: Duplex; readonly head: Buffer }> {
    return new Promise((resolve, reject) => {
      const body = { Detach: false, Tty: isTerminal };
      const upgrade = { connection: 'Upgrade', upgrade: 'tcp' };
      const request = this.request('POST', `/exec/${execId}/start`, body, false, upgrade);
      request.on('error', reject);
      request.on('response', (response) => {
        reject(new Error(`exec start: ${response.statusCode ?? 0}`));
        response.destroy();
      });
      request.on('upgrade', (_response, socket: Duplex, head: Buffer) => {
        resolve({ socket, head });
      });
      request.end(JSON.stringify(body));
    });
  }

  private request(
    method: string,
    path: string,
    body: object | undefined,
    agent: http.Agent | false,
    headers: Record<string, string> = {},
  ): http.ClientRequest {
    return http.request({
      socketPath: this.socketPath,
      method,
      path: this.version + path,
      agent,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    });
  }
}

/** The standard output in a stream of frames: one byte of kind, three empty, four of length, the content. */
function stdoutOf(frames: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= frames.length; at += 8 + frames.readUInt32BE(at + 4))
    if (frames[at] === 1) text += frames.subarray(at + 8, at + 8 + frames.readUInt32BE(at + 4)).toString();
  return text;
}
