import * as z from 'zod/mini';
import { nameDecisions, pageRequests, type MessageFromPage } from './detailsMessages.ts';

const message = z.union([
  z.strictObject({ type: z.enum(pageRequests) }),
  z.strictObject({ type: z.enum(nameDecisions), address: z.string() }),
]);
const state = z.object({ workspaceId: z.string().check(z.regex(/^[0-9a-f]{32}$/)) });

/** A message of the page; `undefined` for anything else. */
export function parseMessage(input: unknown): MessageFromPage | undefined {
  return message.safeParse(input).data;
}

/** Which workspace a page showed that VS Code brings back; `undefined` where that cannot be told. */
export function parseWorkspaceId(input: unknown): string | undefined {
  return state.safeParse(input).data?.workspaceId;
}
