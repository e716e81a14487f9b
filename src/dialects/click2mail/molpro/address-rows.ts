/** An address as MOLPRO's clients name its parts, in either of the two mappings. */

import type { OrderedPiece } from '../../../domain/mail-order.ts';

/** Folded names of the elements, by part; the first that holds something counts. */
const names = {
  name: ['name', 'fullname'],
  organization: ['organization', 'company'],
  address1: ['address1'],
  address2: ['address2'],
  address3: ['address3'],
  city: ['city'],
  state: ['state'],
  postalCode: ['postalcode', 'zip', 'zipcode'],
  country: ['country', 'countrynonus'],
} as const;

/** A row without a name of its own has a first and a last one. */
export function pieceOf(row: ReadonlyMap<string, string>): OrderedPiece {
  const first = (of: readonly string[]) => of.map((name) => row.get(name) ?? '').find((text) => text !== '') ?? '';
  const person = [row.get('firstname'), row.get('lastname')].filter((part) => part).join(' ');
  return {
    uniqueId: first(['c2muniqueid', 'uniqueid']),
    address: {
      name: first(names.name) || person,
      organization: first(names.organization),
      address1: first(names.address1),
      address2: first(names.address2),
      address3: first(names.address3),
      city: first(names.city),
      state: first(names.state),
      postalCode: first(names.postalCode),
      country: first(names.country),
    },
  };
}
