import type * as published from '../../../cordon.d.ts';
import type { BatchResult } from '../../../src/workspaces/batch.ts';
import type { IsolationReport } from '../../../src/isolation/isolationReport.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';
import type { ForwardedPort, ForwardPortOptions } from '../../../src/workspaces/ports/portForwards.ts';
import type * as own from '../../../src/workspaces/workspace.ts';
import type * as requests from '../../../src/workspaces/workspaceRequest.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Checked by the compiler: what is published to other extensions is what the code has. */
const same: readonly [
  Same<published.Workspace, own.Workspace>,
  Same<published.ContainerState, own.ContainerState>,
  Same<published.WorkspaceChange, own.WorkspaceChange>,
  Same<published.OperationOptions, own.OperationOptions>,
  Same<published.ExecOptions, own.ExecOptions>,
  Same<published.ExecResult, own.ExecResult>,
  Same<published.ForwardPortOptions, ForwardPortOptions>,
  Same<published.ForwardedPort, ForwardedPort>,
  Same<published.BatchResult, BatchResult>,
  Same<published.IsolationReport, IsolationReport>,
  Same<published.CreateWorkspaceRequest, requests.CreateWorkspaceRequest>,
  Same<published.UpdateWorkspaceRequest, requests.UpdateWorkspaceRequest>,
  Same<published.ErrorCode, ErrorCode>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true];

describe('cordon.d.ts', () => {
  it('publishes the types of the code, as the compiler found', () => {
    if (same.includes(false as never)) throw new Error('unreachable: the compiler refuses it');
  });
});
