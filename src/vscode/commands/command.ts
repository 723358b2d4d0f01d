import type { CommandArguments } from './targets.ts';

/** What runs when a command is called. It throws what went wrong; nothing else shows errors. */
export type Command = (...args: CommandArguments) => Promise<void>;
