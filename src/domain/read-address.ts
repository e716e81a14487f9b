/** Reads a postal address into the one form and says whether it can be mailed to: by its format alone, since no list of real addresses is consulted. */

import { cleanText, isFault } from './clean-text.ts';
import { countryCode } from './countries.ts';
import type { Issue } from './issue.ts';
import type { AddressInput, AddressKind, PostalAddress, ReadAddress } from './postal-address.ts';
import { codePoints, shown } from './text.ts';
import { domesticCountries, stateCode, statesOfZip } from './us-states.ts';

export { addressLines, routingDigits } from './address-lines.ts';

/** Code points; what fits into an envelope's window at the smallest size that can be read. */
const longest: Record<keyof AddressInput, number> = {
  name: 80,
  organization: 80,
  address1: 80,
  address2: 80,
  address3: 80,
  city: 60,
  state: 60,
  postalCode: 20,
  country: 80,
};

const keys = Object.keys(longest) as (keyof AddressInput)[];

type Verdict = Pick<ReadAddress, 'kind' | 'issues'> & { place: Pick<PostalAddress, 'region' | 'postalCode'> };

const wrong = (path: keyof AddressInput, reason: string): Issue => ({ path, code: 'invalid', params: { reason } });

/**
 * An address without a country is one of the United States. `capitals`: as the post likes it best, in capitals and of the United States without
 * full stops and commas. Never throws; what cannot be mailed is `non_mailable` and says why.
 */
export function readAddress(input: AddressInput, { capitals }: { capitals: boolean }): ReadAddress {
  const { clean, issues } = cleaned(input);
  const country = clean.country === '' ? 'US' : countryCode(clean.country);
  const domestic = country === 'US' || domesticCountries.includes(country ?? '');
  // Puerto Rico and its like are countries to ISO and states to the post.
  if (domestic && country !== 'US' && stateCode(clean.state) === undefined) clean.state = country as string;
  const lines = [clean.address1, clean.address2, clean.address3].filter((line) => line !== '');
  if (lines.length === 0 && !issues.some(({ path }) => path.startsWith('address')))
    issues.push({ path: 'address1', code: 'required' });
  const { kind, issues: more, place } = domestic ? judgeDomestic(clean) : judgeForeign(clean, country);
  const address: PostalAddress = {
    name: clean.name,
    organization: clean.organization,
    lines,
    city: clean.city,
    ...place,
    country: domestic ? 'US' : (country ?? ''),
  };
  return {
    kind: issues.length > 0 ? 'non_mailable' : kind,
    address: capitals ? inCapitals(address) : address,
    issues: [...issues, ...more.filter(({ path }) => !issues.some((one) => one.path === path))],
  };
}

/** White space of every kind becomes single blanks: XML is often indented within a value. */
function cleaned(input: AddressInput): { clean: AddressInput; issues: Issue[] } {
  const clean = {} as AddressInput;
  const issues: Issue[] = [];
  for (const path of keys) {
    const text = cleanText(input[path].replace(/\s+/g, ' ').trim(), false);
    clean[path] = isFault(text) ? '' : text;
    if (isFault(text)) issues.push({ path, ...text });
    else if (codePoints(text) > longest[path])
      issues.push({
        path,
        code: 'too_long',
        params: { length: codePoints(text), max: longest[path], value: shown(text) },
      });
  }
  return { clean, issues };
}

function judgeDomestic(clean: AddressInput): Verdict {
  const { value, issue } = zipOf(clean.postalCode, stateCode(clean.state));
  const region = stateCode(clean.state) ?? clean.state;
  const issues: Issue[] = issue ? [issue] : [];
  if (clean.state === '') issues.push({ path: 'state', code: 'required' });
  else if (stateCode(clean.state) === undefined)
    issues.push(wrong('state', `"${shown(clean.state)}" is no state of the United States; write its two letters`));
  const place = { region, postalCode: value };
  if (issues.length > 0) return { kind: 'non_mailable', issues, place };
  if (clean.city === '') issues.push({ path: 'city', code: 'required' });
  if (!statesOfZip(value).includes(region))
    issues.push(wrong('postalCode', `no ZIP code of ${region} begins with ${value.slice(0, 3)}`));
  return { kind: issues.length > 0 ? 'non_standard' : 'standard', issues, place };
}

/** `12345` or `12345-6789`, however it is written. A spreadsheet takes the zeros before 02139; they are put back where that gives a ZIP code of the state. */
function zipOf(text: string, state: string | undefined): { value: string; issue?: Issue } {
  if (text === '') return { value: '', issue: { path: 'postalCode', code: 'required' } };
  const match = /^(\d{5})(?:[- –—]*(\d{4}))?[- –—]*$/.exec(text) ?? /^(\d{3,4})(?:-(\d{4}))?$/.exec(text);
  const digits = match?.[1] ?? '';
  const zip = digits.padStart(5, '0');
  const whole = digits.length === 5 || statesOfZip(zip).includes(state ?? '');
  if (!match || !whole || zip === '00000')
    return {
      value: text,
      issue: wrong(
        'postalCode',
        `"${shown(text)}" is no ZIP code; write 12345 or 12345-6789, or name the country if it lies abroad`,
      ),
    };
  return { value: match[2] === undefined || match[2] === '0000' ? zip : `${zip}-${match[2]}` };
}

function judgeForeign(clean: AddressInput, country: string | undefined): Verdict {
  const issues: Issue[] =
    country === undefined
      ? [wrong('country', `"${shown(clean.country)}" is no country; write its English name or its ISO code`)]
      : [];
  const kind: AddressKind = country === undefined ? 'non_mailable' : 'international';
  return { kind, issues, place: { region: clean.state, postalCode: clean.postalCode.toUpperCase() } };
}

/** Only of alphabets that are printed in capitals as well. */
function inCapitals(address: PostalAddress): PostalAddress {
  const raised = (text: string) =>
    text.replace(/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]+/gu, (word) => word.toUpperCase());
  const bare = (text: string) =>
    raised(text)
      .replace(/(?<!\d)[.,]|[.,](?!\d)/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  const put = address.country === 'US' ? bare : raised;
  return {
    ...address,
    name: put(address.name),
    organization: put(address.organization),
    lines: address.lines.map(put).filter((line) => line !== ''),
    city: put(address.city),
    region: put(address.region),
  };
}
