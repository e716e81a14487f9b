/** The number of a page as an address names it. */

/** From 1; what is no number is the first. */
export function pageNumber(asked: unknown): number {
  return typeof asked === 'string' && /^[0-9]{1,7}$/.test(asked) ? Math.max(1, Number(asked)) : 1;
}
