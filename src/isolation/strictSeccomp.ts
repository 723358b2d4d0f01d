import strict from '../../media/seccomp/strict.json' with { type: 'json' };

/**
 * The filter of system calls of the profile `strict`, as the text that an engine takes. Whatever it does not name is
 * refused: what the default profile of moby (github.com/moby/moby, Apache-2.0) refuses, and more than that. It allows
 * one architecture only, for the other's calls would get around the filters of arguments.
 */
export const strictSeccomp = JSON.stringify(strict);
