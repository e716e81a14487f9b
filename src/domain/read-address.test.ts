/** Which addresses can be mailed to, into which form they are read, and how they are printed; hostile and sloppy ones first. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { describeIssue } from './issue.ts';
import type { AddressInput } from './postal-address.ts';
import { addressLines, readAddress, routingDigits } from './read-address.ts';

const good: AddressInput = {
  name: 'Ann Example',
  organization: '',
  address1: '5 Division Ave S',
  address2: '',
  address3: '',
  city: 'Grand Rapids',
  state: 'MI',
  postalCode: '49503',
  country: '',
};
const read = (changes: Partial<AddressInput>, capitals = false) => readAddress({ ...good, ...changes }, { capitals });
/** `kind` and what is said, `path sentence` each. */
const verdict = (changes: Partial<AddressInput>) => {
  const { kind, issues } = read(changes);
  return [kind, ...issues.map((issue) => `${issue.path} ${describeIssue(issue)}`)];
};
const london = {
  address1: '10 Downing Street',
  city: 'London',
  state: '',
  postalCode: 'sw1a 2aa',
  country: 'United Kingdom',
};

test('what cannot be printed or delivered is not mailed, and the reason names the part and what to do', () => {
  const cases: [Partial<AddressInput>, RegExp][] = [
    [{ address1: '' }, /^address1 is empty/],
    [{ address1: '\u200b', address2: ' ' }, /^address1 is empty/],
    [{ name: 'Ann\u0000' }, /^name contains the invisible control character U\+0000/],
    [{ name: 'Ann\u0085' }, /^name contains .* U\+0085/],
    [{ address1: 'a\u202egnirts' }, /^address1 contains the text-direction character U\+202E/],
    [{ city: '\ud800' }, /^city contains half a character/],
    [{ organization: 'B\ufffdro' }, /^organization contains half a character/],
    [{ name: 'x'.repeat(81) }, /^name has 81 characters; at most 80/],
    [{ state: '' }, /^state is empty/],
    [{ state: 'Ontario' }, /^state is not valid: "Ontario" is no state of the United States/],
    [{ postalCode: '' }, /^postalCode is empty/],
    [{ postalCode: '00000' }, /^postalCode .*"00000" is no ZIP code; write 12345/],
    [{ postalCode: '4950' }, /^postalCode .*"4950" is no ZIP code/],
    [{ postalCode: '495031' }, /^postalCode/],
    [{ postalCode: '4950312' }, /^postalCode/],
    [{ postalCode: '49503-12' }, /^postalCode/],
    [{ postalCode: '４９５０３' }, /^postalCode/],
    [{ ...london, country: '' }, /^postalCode .*name the country if it lies abroad/],
    [{ ...london, country: 'Freedonia' }, /^country is not valid: "Freedonia" is no country/],
    [{ ...london, country: 'XX' }, /^country/],
  ];
  for (const [changes, sentence] of cases) {
    const [kind, ...said] = verdict(changes);
    assert.equal(kind, 'non_mailable', JSON.stringify(changes));
    assert.match(said.join('\n'), sentence, JSON.stringify(changes));
  }
});

test('each fault of an address is told, and each part only once', () => {
  assert.deepEqual(
    read({ address1: 'a\u0007', state: 'ZZ', postalCode: 'x' }).issues.map(({ path }) => path),
    ['address1', 'postalCode', 'state'],
  );
  assert.deepEqual(
    read({ state: 'M\u0007' }).issues.map(({ path, code }) => [path, code]),
    [['state', 'control_character']],
  );
});

test('states and ZIP codes are read however they are written', () => {
  const place = (changes: Partial<AddressInput>) => {
    const { kind, address } = read(changes);
    return [kind, address.region, address.postalCode, address.country].join(' ');
  };
  assert.equal(place({}), 'standard MI 49503 US');
  assert.equal(place({ state: 'michigan ', postalCode: '49503 - 1234' }), 'standard MI 49503-1234 US');
  assert.equal(place({ state: 'mi', postalCode: '495031234', country: 'u.s.a.' }), 'standard MI 49503-1234 US');
  assert.equal(place({ postalCode: '49503-', country: 'United States of America' }), 'standard MI 49503 US');
  assert.equal(place({ postalCode: '49503-0000' }), 'standard MI 49503 US');
  assert.equal(place({ state: 'D.C.', postalCode: '20500' }), 'standard DC 20500 US');
  // What a spreadsheet leaves of 02139 and 00601.
  assert.equal(place({ state: 'MA', postalCode: '2139' }), 'standard MA 02139 US');
  assert.equal(place({ state: 'PR', postalCode: '601' }), 'standard PR 00601 US');
  assert.equal(place({ state: '', postalCode: '00901', country: 'Puerto Rico' }), 'standard PR 00901 US');
  assert.equal(place({ state: 'San Juan', postalCode: '00901', country: 'PR' }), 'standard PR 00901 US');
  assert.equal(place({ city: 'APO', state: 'AE', postalCode: '09354' }), 'standard AE 09354 US');
});

test('an address that is deliverable but contradicts itself is mailed without a discount', () => {
  assert.deepEqual(verdict({ state: 'OH' }), [
    'non_standard',
    'postalCode is not valid: no ZIP code of OH begins with 495',
  ]);
  assert.deepEqual(verdict({ city: '' }), ['non_standard', 'city is empty; give a value']);
  assert.equal(verdict({ state: 'NY', postalCode: '06390' })[0], 'standard', 'Fishers Island');
});

test('addresses abroad need a country, by name in many languages or by code, and nothing else but a line', () => {
  const country = (text: string) => read({ ...london, country: text }).address.country;
  const names: Record<string, string[]> = {
    GB: ['GB', 'gbr', 'UK', 'England', 'United Kingdom', 'The United Kingdom'],
    DE: ['Deutschland', 'GERMANY', 'Allemagne', 'deu'],
    CI: ['Ivory Coast', "Cote d'Ivoire", 'Côte d’Ivoire'],
    KR: ['South Korea', 'Korea, Republic of', '대한민국'],
    CD: ['Congo, The Democratic Republic of the'],
    TW: ['Taiwan, Province of China'],
    JP: ['日本', 'Japan'],
    LC: ['St. Lucia', 'Saint Lucia'],
    BA: ['Bosnia & Herzegovina', 'Bosnia and Herzegovina'],
    GE: ['Georgia'],
  };
  const missed = Object.entries(names).flatMap(([code, list]) => list.filter((name) => country(name) !== code));
  assert.deepEqual(missed, []);
  assert.deepEqual(verdict(london), ['international']);
  assert.deepEqual(verdict({ ...london, city: '', postalCode: '' }), ['international']);
});

test('white space within a value, as indented XML has it, is one blank, and accents are composed', () => {
  const { address } = read({ name: '  Jose\u0301 \n\t Garci\u0301a ', address2: ' Apt\u00a04 ' });
  assert.deepEqual([address.name, address.lines], ['José García', ['5 Division Ave S', 'Apt 4']]);
});

test('capitals: as the post likes it in the United States, letters only abroad, and no script loses its shape', () => {
  assert.deepEqual(
    addressLines(
      read({ name: 'Example, Ann', address1: '12.5 Mile Rd., Apt. #4-B', organization: "O'Hara & Co." }, true).address,
    ),
    ['EXAMPLE ANN', "O'HARA & CO", '12.5 MILE RD APT #4-B', 'GRAND RAPIDS MI 49503'],
  );
  assert.deepEqual(
    addressLines(
      read(
        {
          name: 'გიორგი Weiß',
          address1: 'Große Str. 1',
          city: 'Köln',
          state: '',
          postalCode: '50667',
          country: 'Germany',
        },
        true,
      ).address,
    ),
    ['გიორგი WEISS', 'GROSSE STR. 1', '50667 KÖLN', 'GERMANY'],
  );
});

test('lines are in the order of the country, which comes last in English capitals', () => {
  const lines = (changes: Partial<AddressInput>) => addressLines(read(changes).address).slice(1);
  assert.deepEqual(lines({ organization: 'Ann Example' }), ['5 Division Ave S', 'Grand Rapids MI 49503']);
  assert.deepEqual(lines(london), ['10 Downing Street', 'London', 'SW1A 2AA', 'UNITED KINGDOM']);
  assert.deepEqual(
    lines({
      address1: '1 Rue X',
      address3: 'Bât. C',
      city: 'Paris',
      state: '',
      postalCode: '75001',
      country: 'Frankreich',
    }),
    ['1 Rue X', 'Bât. C', '75001 Paris', 'FRANCE'],
  );
  assert.deepEqual(
    lines({ address1: '80 Wellington St', city: 'Ottawa', state: 'ON', postalCode: 'k1a 0a2', country: 'Canada' }),
    ['80 Wellington St', 'Ottawa ON K1A 0A2', 'CANADA'],
  );
});

test('the barcode routes by five or nine digits, and not at all abroad', () => {
  const routed = (changes: Partial<AddressInput>) => routingDigits(read(changes).address);
  assert.deepEqual(
    [routed({}), routed({ postalCode: '49503-1234' }), routed(london), routed({ postalCode: 'x' })],
    ['49503', '495031234', '', ''],
  );
});
