import type { SessionInfo } from './session.ts';

/** How many are remembered of each workspace. */
const kept = 20;

/** The sessions of this window that ended last, the latest one first. */
export class EndedSessions {
  private readonly ended = new Map<string, readonly SessionInfo[]>();

  add(session: SessionInfo): void {
    this.ended.set(session.workspaceId, [session, ...this.of(session.workspaceId)].slice(0, kept));
  }

  of(workspaceId: string): readonly SessionInfo[] {
    return this.ended.get(workspaceId) ?? [];
  }

  forget(workspaceId: string): void {
    this.ended.delete(workspaceId);
  }
}
