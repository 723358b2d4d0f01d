/** Whether a process exists, somebody else's included. */
export const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Ends a process by its id and waits until it is gone: asked first, killed when it has not ended in time. */
export async function stopProcess(pid, { graceMs }) {
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  if (await isGone(pid, graceMs)) return;
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  if (!(await isGone(pid, 5_000))) throw new Error(`process ${pid} does not end`);
}

/** Waits until a process is gone; false when it is not in time. */
export async function isGone(pid, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
