import type { DetailsEvent, DetailsReport, DetailsState } from '../detailsMessages.ts';
import { element, textElement } from './element.ts';
import { drawRows, time } from './rows.ts';

/** Draws what is known of the workspace itself and what runs in it. */
export function drawState({ title, summary, facts, sessions, canCheck, isThere }: DetailsState): void {
  setText('title', title);
  setText('summary', summary);
  element('facts').replaceChildren(
    ...facts.flatMap(({ label, value, isTime }) => {
      const shown = textElement('dd', isTime ? '' : value);
      if (isTime) shown.append(time(value));
      return [textElement('dt', label), shown];
    }),
  );
  drawRows(
    'sessions',
    sessions.map(({ kind, command, startedAt, state }) => [
      textElement('span', kind, 'word'),
      textElement('code', command),
      time(startedAt),
      textElement('span', state),
    ]),
  );
  element('no-sessions').hidden = sessions.length > 0;
  setEnabled('check', canCheck);
  setEnabled('export', isThere);
  setEnabled('show-log', isThere);
}

/** Draws the isolation report. */
export function drawReport({ summary, findings, isChecking }: DetailsReport): void {
  setText('report-summary', summary);
  element('report-heading').parentElement?.setAttribute('aria-busy', String(isChecking));
  drawRows(
    'findings',
    findings.map(({ status, statusWord, title, expected, actual }) => [
      textElement('span', statusWord, `word ${status}`),
      textElement('span', title),
      textElement('span', expected),
      textElement('span', actual),
    ]),
  );
}

/** Draws the timeline. */
export function drawTimeline(events: readonly DetailsEvent[]): void {
  element('no-events').hidden = events.length > 0;
  drawRows(
    'events',
    events.map(({ at, kindWord, severity, severityWord, text }) => [
      time(at),
      textElement('span', kindWord, 'word'),
      textElement('span', severityWord, `word ${severity}`),
      textElement('span', text),
    ]),
  );
}

/** Draws the end of what the container printed, and stays at its end where the person is there. */
export function drawLog(text: string): void {
  const log = element('log');
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 20;
  log.textContent = text;
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

/** Only where it changes: a screen reader says anew what is written anew. */
function setText(id: string, text: string): void {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

function setEnabled(id: string, isEnabled: boolean): void {
  (element(id) as HTMLButtonElement).disabled = !isEnabled;
}
