/** Forms without files as browsers send them (application/x-www-form-urlencoded): small, UTF-8, every field once. */

import type { FastifyInstance } from 'fastify';
import { ChanceryError, invalidInput } from '../errors.ts';

export type FormFields = Readonly<Record<string, string>>;

const bytes = 16_384;
const fields = 16;

/** From now on this scope takes such forms and nothing else. */
export function acceptForms(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: bytes },
    async (request: { headers: { 'content-type'?: string } }, body: Buffer) => {
      const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (charset !== undefined && !/^utf-?8$/i.test(charset))
        throw new ChanceryError('unsupported_media', 'the form is not UTF-8');
      return parseForm(body);
    },
  );
}

/** Throws `invalid_input` for a field named twice, too many fields, or bytes that are no UTF-8. */
export function parseForm(body: Buffer): FormFields {
  const text = body.toString('latin1');
  if (/[^\x20-\x7e]/.test(text) || !isUtf8(text)) throw invalidInput('the form is not encoded as forms are');
  const form: Record<string, string> = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in form) throw invalidInput('the form names a field twice');
    if (++count > fields) throw invalidInput('the form has too many fields');
    form[name] = value;
  }
  return form;
}

/** What is percent-encoded would otherwise become U+FFFD where it is no UTF-8. A stray `%` is left as it is, as browsers do. */
function isUtf8(text: string): boolean {
  const raw = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(raw, 'latin1'));
    return true;
  } catch {
    return false;
  }
}
