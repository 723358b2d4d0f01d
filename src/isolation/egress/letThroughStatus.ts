/**
 * The status that answers whether the rules of a proxy let a name through. Who asks sends a `TRACE`, or a `CONNECT`, that is
 * to go no further, and of which nothing does: it is refused all the same, but not as a name that no rule allows.
 */
export const letThroughStatus = 405;
