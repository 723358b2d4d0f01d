import { text } from 'node:stream/consumers';
import { CordonError } from '../../shared/errors.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';

const script = 'for program; do command -v "$program" >/dev/null 2>&1 && echo "$program"; done; exit 0';

/** Which programs a container has; without a shell it has none that could be found. `undefined` where nothing can be asked. */
export async function findPrograms(
  service: Pick<WorkspaceService, 'openSession'>,
  workspaceId: string,
  programs: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  try {
    const session = await service.openSession(workspaceId, {
      kind: 'command',
      command: ['sh', '-c', script, 'sh', ...programs],
      cwd: '/',
    });
    session.stderr.resume();
    const [found] = await Promise.all([text(session.stdout), session.exitCode]);
    return new Set(found.split('\n').filter((program) => programs.includes(program)));
  } catch (error) {
    return error instanceof CordonError && error.code === 'invalidRequest' ? new Set() : undefined;
  }
}
