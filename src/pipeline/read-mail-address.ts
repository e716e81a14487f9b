/** An address as it will be printed, or not at all: what no font here can draw cannot be mailed to. */

import { addressLines } from '../domain/address-lines.ts';
import type { AddressInput, ReadAddress } from '../domain/postal-address.ts';
import { readAddress } from '../domain/read-address.ts';
import { missingGlyph } from '../pdf/dynamic-element.ts';
import { missingGlyphs } from '../pdf/print/missing-glyphs.ts';

export function readMailAddress(input: AddressInput, options: Parameters<typeof readAddress>[1]): ReadAddress {
  const read = readAddress(input, options);
  const missing = read.kind === 'non_mailable' ? [] : missingGlyphs(addressLines(read.address));
  if (missing.length === 0) return read;
  const keys = Object.keys(input) as (keyof AddressInput)[];
  const found = missing.map((character) =>
    missingGlyph(keys.find((key) => input[key].includes(character)) ?? 'name', character),
  );
  return { ...read, kind: 'non_mailable', issues: [...read.issues, ...found] };
}
