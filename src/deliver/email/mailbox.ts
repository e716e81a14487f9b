/** What may stand in a mail's header and envelope: one address per mailbox, and text without anything that ends a line. */

import type { Outgoing } from '../channel.ts';

const maxNameLength = 200;
const maxSubjectLength = 500;

/** A dot-atom local part, ASCII or not, and a domain (RFC 5321, RFC 6531); quoted local parts and address literals are refused. */
const oneAddress =
  /^[^\s@<>()[\]\\.,;:"\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+(\.[^\s@<>()[\]\\.,;:"\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+)*@[\p{L}\p{N}\p{M}-]+(\.[\p{L}\p{N}\p{M}-]+)*$/u;

/** Says why a message cannot be addressed, or null when it can. */
export function addressFault(message: Pick<Outgoing, 'to' | 'from'>): string | null {
  for (const [role, { address }] of [
    ['recipient', message.to],
    ['sender', message.from],
  ] as const) {
    const local = address.slice(0, address.lastIndexOf('@'));
    if (!oneAddress.test(address) || Buffer.byteLength(address) > 254 || Buffer.byteLength(local) > 64)
      return `the ${role}'s address is not one plain e-mail address`;
  }
  return null;
}

/** One line: controls and line separators become blanks, direction overrides and lone surrogates go, length is bounded, and what a reader would decode (RFC 2047) is broken up. */
export function headerText(text: string, maxLength = maxSubjectLength): string {
  const line = text
    .toWellFormed()
    .replace(/[\u202a-\u202e]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('=?', '= ?')
    .trim();
  const characters = [...line];
  // A header line may have 998 bytes (RFC 5322); a name of 2,000 letters was measured to make one of 2,001.
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line;
}

export function displayName(name: string): string {
  return headerText(name, maxNameLength);
}

/** A name no file system trips over. */
export function attachmentName(filename: string): string {
  const safe = headerText(filename, 150)
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/^\.+/, '');
  return safe === '' ? 'attachment' : safe;
}
