/** How an address is printed: the lines of the label, and the digits its barcode routes by. */

import { countryName } from './countries.ts';
import type { PostalAddress } from './postal-address.ts';

/** Where the postal code stands before the place, as in `10115 Berlin` (UPU S42). */
const codeFirst = new Set(
  `AD AL AM AT AX BA BE BG BL BR CH CY CZ DE DK DO DZ EE ES FI FO FR GF GL GP GR GT GW HR HT HU IL IS IT KW LA LI LT LU MA MC MD ME MF MG MK MQ
  MX MY MZ NC NE NL NO PF PH PL PM PT PY RE RO RS SE SI SJ SK SM SN TJ TN TR UY VA WF XK YT`.split(/\s+/),
);
/** Where it has a line of its own below the place. */
const codeBelow = new Set('FK GB GG GI GS IM JE LK RU SH TC UA KE'.split(' '));

/** Top to bottom, none empty. A country is named in English capitals, and only of addresses abroad (USPS, International Mail Manual 122). */
export function addressLines(address: PostalAddress): string[] {
  const { name, organization, lines, country } = address;
  const last = country === 'US' || country === '' ? [domesticLine(address)] : foreignLines(address);
  return [name, organization === name ? '' : organization, ...lines, ...last].filter((line) => line !== '');
}

const joined = (...parts: string[]) => parts.filter((part) => part !== '').join(' ');

function domesticLine({ city, region, postalCode }: PostalAddress): string {
  return joined(city, region, postalCode);
}

function foreignLines({ city, region, postalCode, country }: PostalAddress): string[] {
  const place = codeFirst.has(country)
    ? [[joined(postalCode, city), region].filter((part) => part !== '').join(', ')]
    : codeBelow.has(country)
      ? [joined(city, region), postalCode]
      : [joined(city, region, postalCode)];
  return [...place, countryName(country).toUpperCase()];
}

/** 5 or 9 digits for the barcode; '' abroad. Eleven need the delivery point, which only a CASS licence gives. */
export function routingDigits({ country, postalCode }: PostalAddress): string {
  return country === 'US' && /^\d{5}(-\d{4})?$/.test(postalCode) ? postalCode.replace('-', '') : '';
}
