import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { element, oid, readElements } from './der.ts';
import { createSealKey, seal, sealLength } from './seal.ts';
import { sealedFile } from './sealed-file.test-support.ts';
import { verifySeal } from './verify-seal.ts';

const names = { commonName: 'Seal of the chancery', organization: 'Universität Ädelsö' };
const key = await createSealKey({ ...names, notBefore: new Date('2026-01-01T00:00:00Z') });
const pdf = sealedFile(key);

test('a sealed document names who sealed it', () => {
  const report = verifySeal(pdf);
  assert.equal(report.reason, undefined);
  assert.deepEqual([report.sealed, report.unchanged], [true, true]);
  assert.equal(report.subject, 'O=Universität Ädelsö, CN=Seal of the chancery');
  assert.equal(report.certificateFingerprint, createHash('sha256').update(key.certificate).digest('hex'));
  const certificate = new X509Certificate(key.certificate);
  assert.equal(
    Buffer.from(report.publicKey as Uint8Array).toString('base64url'),
    certificate.publicKey.export({ format: 'jwk' }).x,
  );
});

test('every single byte of a sealed document, changed in any bit, is noticed', () => {
  const copy = Buffer.from(pdf);
  const hole = { start: pdf.indexOf('/Contents <'), end: pdf.indexOf('>', pdf.indexOf('/Contents <')) };
  for (let at = 0; at < pdf.length; at++) {
    // One bit everywhere; every bit inside the signature, where other spellings of the same signature would hide.
    const flips = at >= hole.start && at <= hole.end + 1 ? [1, 2, 4, 8, 16, 32, 64, 128] : [1 << (at % 8)];
    for (const flip of flips) {
      copy[at] = (pdf[at] as number) ^ flip;
      assert.equal(verifySeal(copy).unchanged, false, `byte ${at}, bit ${flip}`);
    }
    copy[at] = pdf[at] as number;
  }
  assert.equal(verifySeal(copy).unchanged, true);
});

test('removed, inserted and appended bytes are noticed', () => {
  for (let at = 0; at < pdf.length; at += 7) {
    assert.equal(verifySeal(Buffer.concat([pdf.subarray(0, at), pdf.subarray(at + 1)])).unchanged, false);
    assert.equal(verifySeal(Buffer.concat([pdf.subarray(0, at), Buffer.from('0'), pdf.subarray(at)])).unchanged, false);
    assert.equal(verifySeal(pdf.subarray(0, at)).unchanged, false);
  }
  for (const tail of ['\n', ' ', '\0', '%%EOF', pdf.toString('latin1')])
    assert.equal(verifySeal(Buffer.concat([pdf, Buffer.from(tail, 'latin1')])).unchanged, false);
});

test('other spellings of a right signature are refused: capitals, blanks, trailing zeros', () => {
  const spellings = [
    (hex: string) => hex.toUpperCase(),
    (hex: string) => `${hex}00`,
    (hex: string) => `${hex} `,
    (hex: string) => `\n${hex}`,
    (hex: string) => `${hex}${'0'.repeat(8_000)}`,
    (hex: string) => hex.replace(/a/, 'A'),
    (hex: string) => hex.slice(2),
    () => '',
  ];
  for (const spelled of spellings) {
    const report = verifySeal(sealedFile(key, '', spelled));
    assert.deepEqual([report.sealed, report.unchanged], [true, false], String(spelled));
  }
  assert.equal(verifySeal(sealedFile(key, '', (hex) => `${hex}`)).unchanged, true);
});

test('the seal is the same for the same key and digest, and as long as promised', () => {
  const digest = createHash('sha512').update('x').digest();
  assert.equal(seal(key, digest), seal({ ...key }, digest));
  assert.equal(seal(key, digest).length, sealLength(key));
  assert.match(seal(key, digest), /^[0-9a-f]+$/);
  assert.throws(() => seal(key, digest.subarray(0, 32)), TypeError);
});

test('someone else can seal the same text, but under another fingerprint', async () => {
  const other = await createSealKey({ ...names, notBefore: new Date('2026-01-01T00:00:00Z') });
  const report = verifySeal(sealedFile(other));
  assert.equal(report.unchanged, true);
  assert.notEqual(report.certificateFingerprint, createHash('sha256').update(key.certificate).digest('hex'));
  // A known certificate in front of another's private key.
  assert.equal(verifySeal(sealedFile({ privateKey: other.privateKey, certificate: key.certificate })).unchanged, false);
});

test('text in the document that looks like a byte range neither breaks a seal nor makes one', () => {
  const hostile = [
    '/ByteRange [0 10 20 30]',
    '/ByteRange [0 1 2 99999]',
    '/ByteRange',
    '/ByteRange [0 0 0 0]',
    `/ByteRange [0 ${'1'.repeat(60)}`,
  ]
    .join(' ')
    .repeat(20);
  assert.equal(verifySeal(sealedFile(key, hostile)).unchanged, true);
  assert.deepEqual(verifySeal(Buffer.from(`%PDF-1.7\n${hostile}`)).unchanged, false);
  assert.equal(verifySeal(Buffer.from('/ByteRange ['.repeat(200_000))).unchanged, false);
  assert.equal(verifySeal(Buffer.from(`/ByteRange [0 ${' '.repeat(1_000_000)}`)).unchanged, false);
});

test('a file without a signature is said to have none', () => {
  for (const text of ['', '%PDF-1.7\n%%EOF', '\0'.repeat(1000)])
    assert.deepEqual(verifySeal(Buffer.from(text)), {
      sealed: false,
      unchanged: false,
      reason: 'there is no signature',
    });
});

test('a certificate is its own, good for thirty years, and says what it is for', () => {
  const certificate = new X509Certificate(key.certificate);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.equal(certificate.ca, false);
  assert.deepEqual(
    [certificate.validFromDate.toISOString(), certificate.validToDate.toISOString()],
    ['2026-01-01T00:00:00.000Z', '2056-01-01T00:00:00.000Z'],
  );
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.36']);
  assert.equal(certificate.issuer, certificate.subject);
});

test('names of any script and length become a valid certificate', async () => {
  for (const commonName of ['', '大学'.repeat(100), 'a\ud800b', '😀'.repeat(64)]) {
    const made = await createSealKey({ commonName, organization: 'O', notBefore: new Date('2051-06-01') });
    assert.ok(new X509Certificate(made.certificate).subject.includes('CN='), commonName);
    assert.equal(verifySeal(sealedFile(made)).unchanged, true);
  }
});

test('only shortest definite lengths are read as DER', () => {
  assert.equal(oid('1.2.840.113549.1.9.16.2.47').toString('hex'), '060b2a864886f70d010910022f');
  for (const size of [0, 127, 128, 255, 256, 70_000])
    assert.equal(readElements(element(4, Buffer.alloc(size)))?.[0]?.contents.length, size);
  for (const hex of ['0480', '048100', '04820001aa', '04', '0405aa', '1f0100', '0485000000000100', '3080aa0000'])
    assert.equal(readElements(Buffer.from(hex, 'hex')), undefined, hex);
});
