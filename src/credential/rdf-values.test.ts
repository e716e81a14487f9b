/** Single values look in canonical RDF as jsonld and rdf-canonize write them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NQuads } from 'rdf-canonize';
import { isSafeIri, isSafeNumber, isSafeWebIri, numberLexical } from '../domain/signable.ts';
import { toDataset } from './proof.ts';
import { escapeJson, escapeLiteral } from './rdf-values.ts';
import { seededRandom } from './test-samples.ts';

const quadOf = (value: string) => ({
  subject: { termType: 'NamedNode', value: 'urn:s' },
  predicate: { termType: 'NamedNode', value: 'urn:p' },
  object: {
    termType: 'Literal',
    value,
    datatype: { termType: 'NamedNode', value: 'http://www.w3.org/2001/XMLSchema#string' },
  },
  graph: { termType: 'DefaultGraph', value: '' },
});

test('every character is escaped as the libraries escape it, in N-Quads and in JSON', () => {
  for (let point = 0; point < 0x1_1000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const text = `a${String.fromCodePoint(point)}b`;
    assert.equal(`<urn:s> <urn:p> "${escapeLiteral(text)}" .\n`, NQuads.serializeQuad(quadOf(text)));
    assert.equal(`"${escapeJson(text)}"`, JSON.stringify(text));
  }
});

test('a number has the lexical form jsonld gives it', async () => {
  const random = seededRandom(9);
  const numbers = [
    0,
    1,
    -1,
    1.5,
    0.1,
    1e-6,
    123456.789,
    1e20,
    1e21,
    1.5e300,
    2 ** 53,
    100,
    0.30000000000000004,
    1e-7,
    5e-324,
  ];
  for (let round = 0; round < 300; round++) numbers.push((random() - 0.5) * 10 ** Math.floor(random() * 40 - 10));
  const document = numbers.map((value, at) => ({
    '@id': `urn:n:${at}`,
    'urn:p': { '@value': value, '@type': 'http://www.w3.org/2001/XMLSchema#float' },
  }));
  const quads = (await toDataset(document)) as { subject: { value: string }; object: { value: string } }[];
  assert.equal(quads.length, numbers.length);
  for (const quad of quads)
    assert.equal(quad.object.value, numberLexical(numbers[Number(quad.subject.value.slice(6))] as number));
});

test('a number is safe only if its signed form says exactly this number', () => {
  for (const safe of [0, -0, 1, 0.1, 0.5, 1e-6, -1e-6, 1.1, 1e21, 2 ** 53, 1.7e308])
    assert.ok(isSafeNumber(safe), String(safe));
  for (const unsafe of [1e-7, -1e-7, 9.99e-7, 5e-324, 0.1 + 0.2, 1.1 + 2.2, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(isSafeNumber(unsafe), false, String(unsafe));
});

test('an identifier is safe only if JSON-LD takes it as it stands', () => {
  for (const safe of [
    'https://a',
    'http://a/b?c#d',
    'urn:uuid:1',
    'did:web:a%3A1',
    'mailto:a@b',
    'https://例え.jp/パス',
    'data:,x',
    'tel:+1',
  ])
    assert.ok(isSafeIri(safe), safe);
  for (const unsafe of [
    '',
    'a',
    'https:',
    'https://',
    'https:///a',
    'https://?',
    '_:b0',
    '@id',
    '@type',
    'schema:name',
    'ftp://a',
    'urn:',
    'urn:a b',
    'urn:\u0000',
    'urn:<',
    'urn:>',
    'urn:"',
    'urn:{',
    'urn:}',
    'urn:|',
    'urn:^',
    'urn:`',
    'urn:\\',
    'urn:𝒵',
    'urn:\ud800',
    ' https://a',
  ])
    assert.equal(isSafeIri(unsafe), false, unsafe);
  assert.ok(isSafeWebIri('http://a'));
  for (const other of ['urn:a', 'did:web:a', 'HTTPS://a']) assert.equal(isSafeWebIri(other), false, other);
});
