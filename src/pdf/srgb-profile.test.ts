/** The colour profile is one that an independent colour engine accepts as sRGB. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import sharp from 'sharp';
import { srgbProfile } from './srgb-profile.ts';

test('colours that go through the profile stay what they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  const file = join(folder, 'srgb.icc');
  await writeFile(file, srgbProfile());
  const colors = Buffer.from([0, 0, 0, 255, 255, 255, 200, 30, 60, 12, 128, 250, 90, 200, 33, 127, 127, 127]);
  const raw = { raw: { width: colors.length / 3, height: 1, channels: 3 as const } };
  const tagged = await sharp(colors, raw).withIccProfile(file).png().toBuffer();
  const { icc } = await sharp(tagged).metadata();
  assert.deepEqual(icc, srgbProfile());
  const back = await sharp(tagged).toColourspace('srgb').raw().toBuffer();
  back.forEach((value, at) => {
    assert.ok(Math.abs(value - (colors[at] as number)) <= 1, `${at}: ${value}`);
  });
  await rm(folder, { recursive: true });
});
