/** MOLPRO's account, its lists of addresses and its product options: byte by byte, and what they refuse. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { productClasses } from '../../../src/dialects/click2mail/product-options.ts';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { playTranscript } from '../../support/transcript.ts';
import { openAccount } from './account.ts';

let doors: TestDoors;
let tenant: Tenant;
let authorization: string;
const variables: Record<string, string> = {};

before(async () => {
  doors = await openTestServer({ environment: { MAX_ROWS: '2000' } });
  tenant = await doors.test.addTenant();
  authorization = (await openAccount(doors, tenant)).authorization;
  Object.assign(variables, { host: `127.0.0.1:${doors.port}`, authorization });
});
after(() => doors?.[Symbol.asyncDispose]());

const played = async (name: string): Promise<void> =>
  void (await playTranscript(new URL(`transcripts/${name}.http`, import.meta.url), doors.port, variables));

async function call(method: string, path: string, body?: string, type = 'application/xml') {
  const headers = { authorization, ...(body !== undefined && { 'content-type': type }) };
  const response = await fetch(`${doors.url}/molpro${path}`, { method, headers, body });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

test('the account, its credit, and estimates', () => played('molpro-account'));

test('lists of addresses and their correction', () => played('molpro-lists'));

test('product options: every class with every combination, each class alone, in any spelling', async () => {
  const all = await call('GET', '/productOptions');
  assert.equal(all.status, 200);
  assert.equal(all.type, 'application/xml');
  for (const { documentClass } of productClasses)
    assert.ok(all.text.includes(`<documentClass>${documentClass}</documentClass>`), documentClass);
  const letter = await call('GET', '/productOptions/advanced?documentClass=letter+8.5+X+11&skipBulkPrint=true');
  assert.equal(letter.text.split('<option>').length - 1, 5 * 6 * 2 * 2 * 5 * 5);
  assert.equal(letter.text.split('<product>').length - 1, 1);
  assert.ok(
    all.text.includes(letter.text.slice(letter.text.indexOf('<product>'), letter.text.lastIndexOf('</product>'))),
  );
});

const row =
  '<address><name>Ann</name><address1>1 College Way</address1><city>Flint</city><state>MI</state><zip>48502</zip></address>';
const list = (rows: string) => `<addressList><addresses>${rows}</addresses></addressList>`;

test('XML that is none, or holds something else, is refused with its place and leaves nothing behind', async () => {
  const stored = await doors.test.blobFiles('');
  const refused: [body: string, said: RegExp, status?: number][] = [
    ['', /body is empty/],
    ['no XML', /line 1, column \d+/],
    ['<addressList><addresses><address><name>A & B</name></address></addresses></addressList>', /&amp;amp;/],
    [`<!DOCTYPE a [<!ENTITY x "y">]>${list(row)}`, /document type/],
    [list('<address><city>&x;</city></address>'), /line 1/],
    [list('<address><city>a</city><City>b</City></address>'), /Addresses\.1\.City .*twice/],
    ['<batch><job/></batch>', /&lt;addressList&gt;/],
    [list(''), /no addresses/],
    [list(row.repeat(2_001)), /2000/, 413],
    [list(`<address>${'<b>'.repeat(60)}`), /too deep/],
    [list(`<address><name>${'x'.repeat(100_000)}</name></address>`), /too long/],
  ];
  for (const [body, said, status = 400] of refused) {
    const answer = await call('POST', '/addressLists', body);
    assert.equal(answer.status, status, `${body.slice(0, 80)}: ${answer.text}`);
    assert.match(answer.text, /^<\?xml [^\n]+\n<addressList>\n {4}<status>9<\/status>\n {4}<description>/);
    assert.match(answer.text, said);
    assert.ok(answer.text.length < 1_000, 'nothing is told back at length');
  }
  assert.deepEqual(await doors.test.blobFiles(''), stored);
  for (const [body, said] of refused.slice(0, 8)) {
    const answer = await call('POST', '/addressCorrection', body);
    assert.equal(answer.status, 400);
    assert.match(answer.text, /<addressCorrection>\n {4}<status>9/);
    assert.match(answer.text, body === list('') ? /no addresses/ : said);
  }
  assert.equal((await call('POST', '/addressCorrection', list(row.repeat(1_001)))).status, 413);
});

test('any content type, any encoding, a mark before it, and names of all scripts', async () => {
  const odd = list(row.replace('Ann', 'Zoë &amp; 王 &lt;x&gt;'));
  for (const type of ['text/xml; charset=utf-8', 'text/plain', 'application/octet-stream']) {
    const answer = await call('POST', '/addressLists', `\uFEFF${odd}`, type);
    assert.equal(answer.status, 200, answer.text);
  }
  const body = new Uint8Array(Buffer.from(odd.replace('王', '').replace('Zoë', 'Zo\xEB'), 'latin1'));
  const headers = { authorization, 'content-type': 'application/xml; charset=ISO-8859-1' };
  const answer = await fetch(`${doors.url}/molpro/addressCorrection`, { method: 'POST', headers, body });
  assert.match(await answer.text(), /<name>ZOË &amp; {1,2}&lt;X&gt;<\/name>/);
});

test('parameters in the address, in a form, and twice', async () => {
  const product = 'documentClass=Letter+8.5+x+11&DOCUMENTCLASS=Letter 8.5 x 11';
  assert.equal((await call('GET', `/costEstimate?${product}`)).status, 201);
  const twice = await call('GET', '/costEstimate?documentClass=Letter+8.5+x+11&documentClass=Postcard');
  assert.deepEqual([twice.status, /sent twice/.test(twice.text)], [400, true]);
  for (const [query, said] of [
    ['', /DocumentClass is empty/],
    ['quantity=-1', /Quantity is not valid/],
    ['quantity=1e3', /Quantity is not valid/],
    ['numberOfPages=0', /NumberOfPages is not valid/],
    ['numberOfPages=5000', /sheets/],
    [`layout=${'x'.repeat(2_000)}`, /1000 are allowed/],
    ['%ff%fe=%00', undefined],
  ] as const) {
    const answer = await call('GET', `/costEstimate?${query && `documentClass=Letter+8.5+x+11&${query}`}`);
    assert.equal(answer.status, said ? 400 : 201, `${query}: ${answer.text}`);
    if (said) assert.match(answer.text, said);
  }
});
