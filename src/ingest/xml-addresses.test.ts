/** Addresses in XML, as the clients of Click2Mail write them, and as nobody should. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { ChanceryError } from '../errors.ts';
import { readXmlAddresses } from './xml-addresses.ts';

const read = async (xml: string, roots = ['addressList', 'addresses']) => {
  async function* bytes() {
    for (let at = 0; at < xml.length; at += 7) yield Buffer.from(xml.slice(at, at + 7));
  }
  const { rows, head } = readXmlAddresses(bytes(), { roots });
  const found = (await Array.fromAsync(rows)).map((row) => Object.fromEntries(row));
  return { rows: found, head: Object.fromEntries(head()) };
};

test('both mappings, in any case, with and without a list around them', async () => {
  const one = await read(`<addressList><addressListName> Alumni </addressListName><addressMappingId>1</addressMappingId>
    <addresses><address><Firstname>Ann</Firstname><Postalcode>48502</Postalcode><Country/></address></addresses></addressList>`);
  assert.deepEqual(one.rows, [{ firstname: 'Ann', postalcode: '48502', country: '' }]);
  assert.deepEqual(one.head, { addresslistname: 'Alumni', addressmappingid: '1' });
  const two = await read(`<addresses><address><First_name>Ann</First_name><country_non-us></country_non-us></address>
    <address/><address><zip>1</zip></address></addresses>`);
  assert.deepEqual(two.rows, [{ firstname: 'Ann', countrynonus: '' }, {}, { zip: '1' }]);
  assert.deepEqual(two.head, {});
});

test('the name may come behind the addresses; what is nested deeper is nobody’s', async () => {
  const { rows, head } =
    await read(`<c:addressList xmlns:c="urn:x"><c:addresses><c:address><c:city>Flint<b>!</b></c:city>
    </c:address></c:addresses><other><address><city>no</city></address></other><addressListName>late</addressListName></c:addressList>`);
  assert.deepEqual(rows, [{ city: 'Flint' }]);
  assert.deepEqual(head, { other: '', addresslistname: 'late' });
});

test('a repeated element, another root and no end are refused', async () => {
  const refused = (path: string) => (error: unknown) =>
    error instanceof ChanceryError && error.code === 'invalid_input' && error.issues[0]?.path === path;
  const twice = '<addresses><address/><address><city>a</city><City>b</City></address></addresses>';
  await assert.rejects(read(twice), refused('addresses.2.City'));
  await assert.rejects(read('<batch><job/></batch>'), refused('body'));
  await assert.rejects(read('<addresses><address>'), refused('body'));
  const many = Array.from({ length: 101 }, (_, at) => `<f${at}/>`).join('');
  await assert.rejects(read(`<addresses><address>${many}</address></addresses>`), refused('addresses.1.f100'));
});
