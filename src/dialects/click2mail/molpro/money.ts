/** Credits as MOLPRO writes them: a credit is a cent. */

/** `12.30` */
export const dollars = (credits: number): string => (credits / 100).toFixed(2);
