import type { DetailsEvent, DetailsName, DetailsReport, DetailsState } from '../detailsMessages.ts';
import { element, textElement } from './element.ts';
import { language } from './language.ts';

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

/** Draws what the workspace tried to reach; nothing where nobody sees that. */
export function drawNames(names: readonly DetailsName[] | null): void {
  element('names-section').hidden = names === null;
  element('no-names').hidden = names === null || names.length > 0;
  drawRows(
    'names',
    (names ?? []).map(({ name, verdict, text, at }) => [
      textElement('code', name),
      textElement('span', text, verdict === 'denied' ? 'word broken' : 'word'),
      time(at),
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

/** A row for each list of cells; a table without rows is not there. */
function drawRows(id: string, rows: readonly (readonly HTMLElement[])[]): void {
  const table = element(id);
  const headings = [...table.querySelectorAll('th')].map(({ textContent }) => textContent);
  table.hidden = rows.length === 0;
  table.querySelector('tbody')?.replaceChildren(
    ...rows.map((cells) => {
      const row = document.createElement('tr');
      row.setAttribute('role', 'row');
      for (const [index, content] of cells.entries()) {
        const cell = document.createElement('td');
        cell.setAttribute('role', 'cell');
        // what a narrow page shows in the place of the headings
        cell.dataset['heading'] = headings[index] ?? '';
        cell.append(content);
        row.append(cell);
      }
      return row;
    }),
  );
}

function time(isoTime: string): HTMLTimeElement {
  const moment = new Date(isoTime);
  const shown = Number.isNaN(moment.getTime())
    ? isoTime
    : moment.toLocaleString(language, { dateStyle: 'short', timeStyle: 'medium' });
  const made = textElement('time', shown);
  made.dateTime = isoTime;
  return made;
}

/** Only where it changes: a screen reader says anew what is written anew. */
function setText(id: string, text: string): void {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

function setEnabled(id: string, isEnabled: boolean): void {
  (element(id) as HTMLButtonElement).disabled = !isEnabled;
}
