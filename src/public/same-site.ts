/** Whether a form came from our own page, as far as the browser tells. */

import type { IncomingHttpHeaders } from 'node:http';

/**
 * `origin` is ours as people see it. Our pages ask for no referrer, so browsers send `Origin: null` with their forms (Fetch, 3.2.5):
 * then Sec-Fetch-Site decides, and where it is missing too, the token in the address alone, which no other site knows.
 */
export function isFromOwnPage(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const from = headers.origin;
  if (from === undefined || from === 'null' || from === origin) return true;
  return URL.parse(from)?.host === headers.host;
}
