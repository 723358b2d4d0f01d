import http from 'node:http';

/** Sends one request to a container engine over its socket and returns the whole answer. */
export async function engineRequest(socketPath, method, path, { body, headers, timeoutMs = 30_000 } = {}) {
  return await new Promise((resolve, reject) => {
    const request = http.request({
      socketPath,
      method,
      path,
      headers,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    if (body && typeof body.pipe === 'function')
      body.on('error', (error) => request.destroy(error)).pipe(request);
    else request.end(body);
  });
}

/** Like `engineRequest`, for an answer in JSON; fails with the engine's message unless it says that all went well. */
export async function engineJson(socketPath, method, path, { value, ...options } = {}) {
  const { status, text } = await engineRequest(socketPath, method, path, {
    ...options,
    ...(value === undefined
      ? {}
      : { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } }),
  });
  if (status < 200 || status > 299) {
    const what = `${method} ${path.split('?')[0]}: the engine answered ${status}: ${text.trim()}`;
    throw Object.assign(new Error(what), { status });
  }
  return text.trim() === '' ? undefined : JSON.parse(text);
}

/** Whether an engine answers on a socket; the reason where it does not. */
export async function pingEngine(socketPath, timeoutMs = 2_000) {
  try {
    const { status } = await engineRequest(socketPath, 'GET', '/_ping', { timeoutMs });
    return status === 200 ? { ok: true } : { ok: false, reason: `answered ${status}` };
  } catch (error) {
    return { ok: false, reason: error.code ?? error.message };
  }
}

/** Waits until an engine answers; `failure()` may say that it never will. */
export async function waitForEngine(socketPath, { timeoutMs, failure, signal }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    if ((await pingEngine(socketPath, 1_000)).ok) return;
    const why = failure();
    if (why) throw new Error(why);
    if (Date.now() > deadline) throw new Error(`the engine did not answer within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
