/** Shapes on UniCreda's wire. */

/** Whatever framework a client was written against: Flask says `error`, FastAPI `detail`. */
export function faultBody(text: string, more: Record<string, unknown> = {}) {
  return { error: text, detail: text, ...more };
}

/** In whole seconds. */
export const timestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
