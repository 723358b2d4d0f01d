/**
 * What has to be undone before this process ends, last made first. Ctrl+C and a request to terminate undo it too;
 * `closed` is aborted first, so that whatever is under way stops.
 */
export function createCleanup() {
  const steps = [];
  const abort = new AbortController();
  let running;

  const undoAll = async () => {
    abort.abort(new Error('ended by request'));
    for (let step = steps.pop(); step; step = steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        console.error(`Could not undo: ${step.what}: ${error.message}`);
        process.exitCode ||= 1;
      }
    }
  };
  const run = () => (running ??= undoAll());
  const onSignal = (signal) => {
    console.log(`\n${signal}: ending what was started ...`);
    run().finally(() => process.exit({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);

  return {
    closed: abort.signal,
    /** Remembers a step that undoes something. */
    add(what, undo) {
      steps.push({ what, undo });
    },
    /** Undoes everything, once. */
    run,
  };
}
