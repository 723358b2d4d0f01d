import * as z from 'zod/mini';
import { answerNotUnderstood } from './engineErrors.ts';

const created = z.object({ Id: z.string() });

/** The id in an engine's answer to the creation of something. */
export function createdId(answer: unknown, what: string): string {
  const parsed = created.safeParse(answer);
  if (!parsed.success) throw answerNotUnderstood(what, parsed.error);
  return parsed.data.Id;
}
