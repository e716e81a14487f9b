import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { refusal } from './drawn-art.test-support.ts';
import { importArt } from './import-art.ts';

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>');
const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#123' } })
  .png()
  .toBuffer();

test('artwork is read as what it is said to be', async () => {
  assert.equal((await importArt('image/svg+xml', svg)).kind, 'form');
  assert.equal((await importArt('image/png', png)).kind, 'image');
});

test('a file that is something else than it is said to be is refused', async () => {
  const files = { 'image/png': png, 'image/svg+xml': svg };
  for (const mediaType of ['image/png', 'image/jpeg', 'image/svg+xml', 'application/pdf'])
    for (const [actual, data] of Object.entries(files))
      if (actual !== mediaType) await refusal(() => importArt(mediaType, data));
});

test('other kinds of file are refused, also those the decoder would know', async () => {
  const webp = await sharp(png).webp().toBuffer();
  const gif = await sharp(png).gif().toBuffer();
  for (const data of [webp, gif, Buffer.alloc(0)]) await refusal(() => importArt('image/png', data));
  assert.match(await refusal(() => importArt('image/webp', webp)), /not supported; use PNG/);
});
