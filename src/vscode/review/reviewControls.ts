import type { LazyReviews } from '../../review/lazyReviews.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/event.ts';
import type { FailureLog } from '../../shared/failureLog.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import type { ChangeDocuments } from './changeDocuments.ts';
import { ReviewControl } from './reviewControl.ts';

/** The workspaces whose changes a person can review, each with its own part of the view of changes. */
export class ReviewControls implements Disposable {
  private readonly store = new DisposableStore();
  private readonly controls = new Map<string, { readonly name: string; readonly control: ReviewControl }>();
  private readonly reviews: Pick<LazyReviews, 'list' | 'placeOf' | 'keepBases' | 'bringIn' | 'onDidChange'>;
  private readonly documents: Pick<ChangeDocuments, 'uri' | 'refresh'>;
  private readonly service: Pick<WorkspaceService, 'get'>;
  private readonly isFollowed: (workspace: Workspace) => boolean;
  private readonly failures: FailureLog;

  constructor(
    service: Pick<WorkspaceService, 'list' | 'get' | 'onDidChange'>,
    reviews: Pick<LazyReviews, 'list' | 'placeOf' | 'keepBases' | 'bringIn' | 'onDidChange'>,
    documents: Pick<ChangeDocuments, 'uri' | 'refresh'>,
    {
      onDidChange,
      isFollowed,
      failures,
    }: {
      readonly onDidChange: Event<unknown>;
      readonly isFollowed: (workspace: Workspace) => boolean;
      readonly failures: FailureLog;
    },
  ) {
    this.isFollowed = isFollowed;
    this.failures = failures;
    this.service = service;
    this.reviews = reviews;
    this.store.add(
      onDidChange(() => {
        for (const { control } of this.controls.values()) control.refreshSoon();
      }),
    );
    this.documents = documents;
    for (const workspace of service.list()) this.follow(workspace.id, workspace);
    this.store.add(
      service.onDidChange(({ id, current }) => {
        this.follow(id, current);
      }),
    );
    this.store.add(
      reviews.onDidChange((id) => {
        this.controls.get(id)?.control.refreshSoon();
      }),
    );
  }

  list(): readonly ReviewControl[] {
    return [...this.controls.values()].map(({ control }) => control);
  }

  of(workspaceId: string): ReviewControl | undefined {
    return this.controls.get(workspaceId)?.control;
  }

  dispose(): void {
    this.store.dispose();
    for (const { control } of this.controls.values()) control.dispose();
  }

  private follow(id: string, workspace: Workspace | undefined): void {
    const shown = this.controls.get(id);
    const isReviewed = workspace?.mount === 'review' && workspace.status !== 'archived';
    if (shown && shown.name === workspace?.name && isReviewed) {
      shown.control.workspaceChanged();
      return;
    }
    shown?.control.dispose();
    this.controls.delete(id);
    if (isReviewed)
      this.controls.set(id, {
        name: workspace.name,
        control: new ReviewControl(
          workspace,
          this.reviews,
          this.documents,
          {
            isRunning: () => this.service.get(id)?.container.kind === 'running',
            mountedSince: () => mountedSince(this.service.get(id)),
            isFollowed: () => this.isFollowed(workspace),
          },
          (error) => {
            this.failures.write(`The changes of "${workspace.name}" cannot be listed`, error);
          },
        ),
      });
  }
}

function mountedSince(workspace: Workspace | undefined): string | undefined {
  const { container } = workspace ?? {};
  if (container?.kind !== 'running' && container?.kind !== 'paused') return undefined;
  return `${container.id} ${container.startedAt ?? ''}`;
}
