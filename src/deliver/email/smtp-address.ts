/** Reads a relay's URL, `smtp://` or `smtps://`; credentials never travel in the clear unless the URL says so in so many words. */

import { invalidInput } from '../../errors.ts';

export interface Relay {
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
  /** Refuse to go on without STARTTLS. */
  requireTLS: boolean;
  rejectUnauthorized: boolean;
  auth: { user: string; pass: string } | undefined;
}

/**
 * `smtp://user:password@host:587` upgrades by STARTTLS where the relay offers it; `smtps://host:465` starts with TLS.
 * `?requireTLS=true|false` (default: true with credentials, except on this machine), `?rejectUnauthorized=false` for a
 * relay with its own certificate. Throws `invalid_input` for anything else; the message never holds the password.
 */
export function parseRelay(text: string): Relay {
  const url = URL.parse(text);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    throw invalidInput('the mail relay must be given as smtp://host:port or smtps://host:port');
  for (const name of url.searchParams.keys())
    if (name !== 'requireTLS' && name !== 'rejectUnauthorized')
      throw invalidInput(`the mail relay's address has the unknown parameter ${name}`);
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const auth =
    url.username === ''
      ? undefined
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  const local = ['localhost', '127.0.0.1', '::1'].includes(host);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: flag(url, 'requireTLS', !secure && auth !== undefined && !local),
    rejectUnauthorized: flag(url, 'rejectUnauthorized', true),
    auth,
  };
}

function flag(url: URL, name: string, byDefault: boolean): boolean {
  const value = url.searchParams.get(name);
  if (value === null) return byDefault;
  if (value !== 'true' && value !== 'false') throw invalidInput(`${name} in the mail relay's address is true or false`);
  return value === 'true';
}
