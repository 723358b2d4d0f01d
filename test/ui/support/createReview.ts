import pRetry from 'p-retry';
import type { Locator } from 'playwright-core';
import { hasCode } from '../../../src/shared/errors.ts';
import { shell } from '../../support/engine.ts';
import type { CordonHost } from './cordonHost.ts';

/** Creates a workspace with the mount mode `review` as a person does, and opens the view of its changes. */
export async function createReview({ window, name }: CordonHost): Promise<void> {
  const { quickInput } = window;
  await quickInput.run('Cordon: Create Workspace with Options…');
  for (const step of [1, 2, 3, 4]) {
    await quickInput.asks(`Create Workspace (${step}/6)`);
    await quickInput.accept();
  }
  await quickInput.asks('Create Workspace (5/6)');
  await window.shot('mounts');
  await quickInput.choose('review');
  await quickInput.asks('Create Workspace (6/6)');
  await quickInput.accept();
  await window.tree.waitFor(name, 'running');
  await window.notifications.clear();
  await window.page.locator('.activitybar .action-label[aria-label^="Source Control"]').click();
}

/** Runs a shell line in the workspace, past Cordon, which may just be holding it still. */
export async function inReview(host: CordonHost, line: string) {
  const run = async () =>
    await shell(host.engine.engine, (await host.containerId()) ?? '', `cd /workspace && ${line}`);
  return await pRetry(run, {
    ...{ retries: 50, factor: 1, minTimeout: 100 },
    shouldRetry: ({ error }) => hasCode(error, 'notRunning'),
  });
}

/** A row of the view of changes. */
export function changeRow({ window }: CordonHost, text: string | RegExp): Locator {
  return window.page.locator('.scm-view .monaco-list-row', { hasText: text });
}
