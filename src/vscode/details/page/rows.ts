import { element, textElement } from './element.ts';
import { language } from './language.ts';

/** A row for each list of cells; a table without rows is not there. */
export function drawRows(id: string, rows: readonly (readonly HTMLElement[])[]): void {
  element(id).hidden = rows.length === 0;
  bodyOf(id).replaceChildren(...rows.map((cells) => rowOf(id, cells)));
}

/** A row of this table. */
export function rowOf(id: string, cells: readonly HTMLElement[]): HTMLTableRowElement {
  const headings = [...element(id).querySelectorAll('th')].map(({ textContent }) => textContent);
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
}

/** Where the rows of this table are. */
export function bodyOf(id: string): HTMLTableSectionElement {
  const body = element(id).querySelector('tbody');
  if (!body) throw new Error(`The table ${id} has no body.`);
  return body;
}

/** A moment, ISO 8601, as the person reads it. */
export function time(isoTime: string): HTMLTimeElement {
  const moment = new Date(isoTime);
  const shown = Number.isNaN(moment.getTime())
    ? isoTime
    : moment.toLocaleString(language, { dateStyle: 'short', timeStyle: 'medium' });
  const made = textElement('time', shown);
  made.dateTime = isoTime;
  return made;
}
