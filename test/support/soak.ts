/** Whether this is the long form, `npm run soak`; `npm test` runs a short one. */
export const isSoak = process.env['CORDON_SOAK'] === '1';

/** How much of something a test does in either form. */
export const size = <T>(short: T, long: T): T => (isSoak ? long : short);
