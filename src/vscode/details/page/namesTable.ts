import type { DetailsDecision, DetailsName } from '../detailsMessages.ts';
import { element, textElement } from './element.ts';
import { bodyOf, rowOf, time } from './rows.ts';

type Decide = (decision: DetailsDecision['type'], address: string) => void;

interface Row {
  readonly row: HTMLTableRowElement;
  readonly answer: HTMLElement;
  readonly last: HTMLElement;
  readonly buttons: HTMLElement;
  /** What the buttons are made of. */
  decisions: string;
}

/** What a workspace tried to reach. A row stays the same while it is there, for a person may be about to press its buttons. */
export class NamesTable {
  private readonly rows = new Map<string, Row>();
  private readonly decide: Decide;

  constructor(decide: Decide) {
    this.decide = decide;
  }

  /** Nothing is there where nobody sees what is tried. */
  draw(names: readonly DetailsName[] | null): void {
    element('names-section').hidden = names === null;
    element('no-names').hidden = names === null || names.length > 0;
    element('names').hidden = (names ?? []).length === 0;
    const focused = document.activeElement;
    const rows = (names ?? []).map((name) => this.drawn(name));
    this.put(rows);
    // what is moved loses the focus, and what is gone leaves it nowhere
    if (!(focused instanceof HTMLElement) || focused === document.activeElement) return;
    (focused.isConnected ? focused : element('edit-names')).focus({ preventScroll: true });
  }

  private put(rows: readonly HTMLTableRowElement[]): void {
    const body = bodyOf('names');
    const isSame = body.rows.length === rows.length && rows.every((row, index) => row === body.rows[index]);
    if (!isSame) body.replaceChildren(...rows);
    const kept = new Set(rows);
    for (const [address, { row }] of this.rows) if (!kept.has(row)) this.rows.delete(address);
  }

  private drawn(name: DetailsName): HTMLTableRowElement {
    const shown = this.rows.get(name.address) ?? this.made(name);
    shown.answer.textContent = name.text;
    shown.answer.className = name.verdict;
    shown.last.replaceChildren(time(name.at));
    const decisions = JSON.stringify(name.decisions);
    if (decisions !== shown.decisions) shown.buttons.replaceChildren(...this.buttonsOf(name));
    shown.decisions = decisions;
    return shown.row;
  }

  private made({ address, name }: DetailsName): Row {
    const [answer, last] = [textElement('span', ''), textElement('span', '')];
    const buttons = textElement('span', '', 'buttons');
    const row = rowOf('names', [textElement('code', name), answer, last, buttons]);
    const made = { row, answer, last, buttons, decisions: '' };
    this.rows.set(address, made);
    return made;
  }

  private buttonsOf({ address, decisions }: DetailsName): readonly HTMLElement[] {
    return decisions.map(({ type, label, inFull }) => {
      const button = textElement('button', label);
      button.type = 'button';
      button.setAttribute('aria-label', inFull);
      button.addEventListener('click', () => {
        this.decide(type, address);
      });
      return button;
    });
  }
}
