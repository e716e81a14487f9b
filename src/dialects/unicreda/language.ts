/** Which language this door answers in: Spanish, as UniCreda's, or English for who asks for it. */

import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';

export type Language = 'es' | 'en';

/** By Accept-Language; a client that names neither, or nothing at all, gets Spanish. */
export function languageOf({ 'accept-language': accepted }: IncomingHttpHeaders): Language {
  if (!accepted) return 'es';
  return new Negotiator({ headers: { 'accept-language': accepted } }).language(['es', 'en']) === 'en' ? 'en' : 'es';
}
