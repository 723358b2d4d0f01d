/** How far texts are compared: more differences help nobody to read them, and take longer than a person waits. */
export const diffBounds = { maxEditLength: 20_000, timeout: 2000 };
