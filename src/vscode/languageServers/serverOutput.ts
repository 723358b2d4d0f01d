import type { Readable } from 'node:stream';
import type * as vscode from 'vscode';
import { Allowance } from '../../shared/allowance.ts';
import { plainText } from '../../languageServers/plainText.ts';
import { forwardText } from '../terminalOutput.ts';
import { withoutSequences } from '../withoutSequences.ts';

const longestLine = 2000;

/** Writes what a server prints beside its messages into its log, and drops what comes too fast. */
export async function writeServerOutput(
  stream: Readable,
  channel: Pick<vscode.LogOutputChannel, 'info' | 'warn'>,
): Promise<void> {
  const allowance = new Allowance(64 * 1024, 8 * 1024);
  let isDropping = false;
  const write = (text: string) => {
    const line = plainText(withoutSequences(text), longestLine).trimEnd();
    if (line === '') return;
    const fits = allowance.tryTake(line.length);
    if (fits) channel.info(line);
    else if (!isDropping) channel.warn('The server prints too much; some of it is not shown.');
    isDropping = !fits;
  };
  // A server that goes away breaks the stream.
  await forwardText(stream, write).catch(() => undefined);
}
