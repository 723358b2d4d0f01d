import 'uplot/dist/uPlot.min.css';
import './page.css';
import type { MessageFromPage, MessageToPage, PageState } from '../detailsMessages.ts';
import { Charts } from './charts.ts';
import { element } from './element.ts';
import { readMessage } from './readMessage.ts';
import { NamesTable } from './namesTable.ts';
import { drawLog, drawReport, drawState, drawTimeline } from './sections.ts';

/** What VS Code gives to the script of a page, once. */
declare function acquireVsCodeApi(): {
  postMessage(message: MessageFromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
};

const code = acquireVsCodeApi();
const workspaceId = document.body.dataset['workspaceId'] ?? '';
const charts = new Charts();
const names = new NamesTable((type, address) => {
  code.postMessage({ type, address });
});
let scrollBackTo = code.getState()?.scrollY;

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readMessage(data);
  if (message) show(message);
});
for (const [button, type] of [
  ['check', 'checkIsolation'],
  ['edit-names', 'editEgress'],
  ['export', 'exportTimeline'],
  ['show-log', 'showContainerLog'],
] as const)
  element(button).addEventListener('click', () => {
    code.postMessage({ type });
  });
window.addEventListener('scrollend', () => {
  code.setState({ workspaceId, scrollY: window.scrollY });
});
code.setState({ workspaceId, scrollY: scrollBackTo ?? 0 });
code.postMessage({ type: 'ready' });

function show(message: MessageToPage): void {
  switch (message.type) {
    case 'state':
      charts.setLimits(message.state.limits);
      drawState(message.state);
      return;
    case 'samples':
      charts.replace(message.samples);
      return;
    case 'sample':
      charts.add(message.sample);
      return;
    case 'report':
      drawReport(message.report);
      return;
    case 'names':
      names.draw(message.names);
      return;
    case 'timeline':
      drawTimeline(message.events);
      scrollBack();
      return;
    case 'log':
      drawLog(message.text);
  }
}

/** To where the person was before the page was hidden, once it is as long as it was. */
function scrollBack(): void {
  if (scrollBackTo !== undefined) window.scrollTo(0, scrollBackTo);
  scrollBackTo = undefined;
}
