import type { Disposable } from '../../shared/disposable.ts';
import { nameAndPort } from '../../workspaces/proxy/egressWords.ts';
import { inOrder } from '../egress/inOrder.ts';
import { triedNameSession, triedNameText } from '../egress/triedNameText.ts';
import type { DetailsName } from './detailsMessages.ts';
import type { DetailsParts } from './detailsPanel.ts';

/** Names that the page shows; a list of all is one click away. */
const mostNames = 100;
/** What is drawn more often cannot be read. */
const redrawMs = 1000;

/** What a workspace with the network `filtered` tried to reach, as the page shows it. */
export class NamesSection implements Disposable {
  private readonly workspaceId: string;
  private readonly parts: Pick<DetailsParts, 'service' | 'egress'>;
  private readonly show: (names: readonly DetailsName[] | null) => void;
  private readonly subscription: Disposable;
  private timer: NodeJS.Timeout | undefined;

  /** `show` gets `null` for a workspace of which nobody sees what it tries. */
  constructor(
    workspaceId: string,
    parts: Pick<DetailsParts, 'service' | 'egress'>,
    show: (names: readonly DetailsName[] | null) => void,
  ) {
    this.workspaceId = workspaceId;
    this.parts = parts;
    this.show = show;
    this.subscription = parts.egress.onDidTry((news) => {
      if (news.workspaceId === workspaceId) this.tellSoon();
    });
  }

  tell(): void {
    const isSeen = this.parts.service.get(this.workspaceId)?.network === 'filtered';
    this.show(isSeen ? this.names() : null);
  }

  dispose(): void {
    this.subscription.dispose();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private names(): readonly DetailsName[] {
    const names = inOrder(this.parts.egress.names(this.workspaceId), mostNames);
    return names.map((tried) => ({
      name: nameAndPort(tried),
      verdict: tried.verdict,
      text: [triedNameText(tried), triedNameSession(tried) ?? []].flat().join(' · '),
      at: new Date(tried.atMs).toISOString(),
    }));
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.tell();
    }, redrawMs);
  }
}
