/** One e-mail address by the grammar of the standards, and nothing else: no display name, no list, no comment, no folding, no quoted local part. */

import { domainToASCII, domainToUnicode } from 'node:url';

const atext = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const wholeLabel = new RegExp(`^${label}$`);
const punycode = /(^|\.)xn--/i;
const common = new RegExp(`^${atext}(?:\\.${atext})*@(?:${label}\\.)+${label}$`);
/** Anything outside ASCII that is no blank, control, formatting character or half a surrogate pair (RFC 6531 `UTF8-non-ascii`, narrowed). */
const wide = '(?![\\p{Z}\\p{C}\\p{Default_Ignorable_Code_Point}])[^\\x00-\\x7f]';
const dotAtom = new RegExp(
  `^(?:[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]|${wide})+(?:\\.(?:[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]|${wide})+)*$`,
  'u',
);
/** What IDNA2008 lets a label be made of, roughly; browsers take symbols too, mail servers do not. */
const domainCharacters = /^[\p{L}\p{M}\p{N}.-]+$/u;
const specials = /[@<>()[\]\\,;:"\s\p{C}]/u;

/**
 * Whether the text is one addr-spec: RFC 5321 §4.1.2 and RFC 6531, a local part of at most 64 octets, 254 in all (RFC 3696 erratum 1690),
 * and a fully qualified domain (RFC 5321 §2.3.5). Address literals such as `[127.0.0.1]` and quoted local parts are refused: nobody's
 * certificate goes there, and what is taken here must be an address that the channel sends to.
 */
export function isEmailAddress(text: string): boolean {
  if (text.length > 254) return false;
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1) return false;
  if (common.test(text)) return at <= 64 && isDomain(text.slice(at + 1));
  if (Buffer.byteLength(text, 'utf8') > 254 || !text.isWellFormed()) return false;
  return isLocalPart(text.slice(0, at)) && isDomain(text.slice(at + 1));
}

function isLocalPart(local: string): boolean {
  if (Buffer.byteLength(local, 'utf8') > 64) return false;
  // A full-width @ or comma is no special by the letter of RFC 6531, but mail programs fold it into one.
  return dotAtom.test(local) && !specials.test(local.normalize('NFKC'));
}

function isDomain(domain: string): boolean {
  const ascii = /^[\x00-\x7f]*$/.test(domain) ? domain : asciiForm(domain);
  if (ascii === undefined || ascii.length > 253) return false;
  const labels = ascii.split('.');
  if (labels.length < 2 || /^[0-9]+$/.test(labels.at(-1) as string)) return false;
  if (!labels.every((one) => wholeLabel.test(one))) return false;
  if (!punycode.test(ascii)) return true;
  const unicode = domainToUnicode(ascii);
  // What cannot be decoded comes back as it was.
  return !punycode.test(unicode) && domainCharacters.test(unicode) && domainToASCII(unicode) === ascii.toLowerCase();
}

/** The domain as it goes on the wire, if it is written as IDNA2008 wants it: full-width letters and the like are refused, not mapped. */
function asciiForm(domain: string): string | undefined {
  const ascii = domainToASCII(domain);
  if (ascii === '' || !domainCharacters.test(domain)) return undefined;
  return domainToUnicode(ascii) === domain.toLowerCase().normalize('NFC') ? ascii : undefined;
}
