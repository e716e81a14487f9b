/** The sheet's names as a browser sets them and as our page does: the same ink in the same places, name by name. Needs a Chromium on this machine. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { DatedPage } from '../src/pdf/date-page.ts';
import { pixelsOf } from '../src/pdf/page.test-support.ts';
import { namesByChromium } from './support/chromium-names.ts';
import { findChromium } from './support/find-chromium.ts';
import { cutOut, darkInk, type Ink, inkBounds, likeness, type Picture } from './support/ink.ts';
import { certificateOf, compile, plainElement, plainTemplate, readNames } from './support/name-sheet.ts';

const chromium = findChromium();
const skip = chromium ? false : 'no chromium on the PATH; install one, or name its binary in CHROMIUM';

/** Pixels to the point. */
const scale = 2;
/**
 * The least that must hold. Measured, Chromium 156 and PDFium: widths within 0.4 %, 0.82 to 0.93 of the ink shared (two
 * ways to draw edges, which tell most in small letters), and 0.996 of it within a pixel of the other's.
 */
const least = { width: 0.98, overlap: 0.8, near: 0.995 };

/** Names that a browser sets otherwise. One that it sets alike must leave this list. */
const exceptions: Record<string, string> = {
  '김민준 박서연': 'the font widens a blank between Hangul (calt: 280 for 224 thousandths); Chromium leaves this out',
};

const names = [...readNames(), ...Object.keys(exceptions)];

/** Ours without the QR code below the name. */
async function ourInk(program: DatedPage, name: string): Promise<Ink> {
  const picture: Picture = await pixelsOf(certificateOf(program, name), scale);
  const bottom = Math.round(((plainElement.y + plainElement.height) * 72 * scale) / 25.4);
  return inkOf({ ...picture, height: bottom });
}

function inkOf(picture: Picture): Ink {
  const ink = darkInk(picture);
  const bounds = inkBounds(ink);
  assert.ok(bounds, 'nothing is drawn');
  return cutOut(ink, bounds, 0);
}

interface Compared {
  width: number;
  overlap: number;
  near: number;
}

function compare(ours: Ink, theirs: Ink): Compared {
  const widths = [ours.width, theirs.width];
  return { width: Math.min(...widths) / Math.max(...widths), ...likeness(ours, theirs) };
}

const isAlike = (found: Compared) =>
  found.width >= least.width && found.overlap >= least.overlap && found.near >= least.near;

test('every name of the sheet lies on the page as Chromium sets it', { skip }, async (t) => {
  const [program, theirs] = await Promise.all([
    compile(plainTemplate),
    namesByChromium(chromium as string, names, scale),
  ]);
  for (const [at, name] of names.entries())
    await t.test(name, async () => {
      const found = compare(await ourInk(program, name), inkOf(theirs[at] as Picture));
      assert.equal(isAlike(found), exceptions[name] === undefined, JSON.stringify(found));
    });
});

/** What is easily got wrong in each, beside the name as it should be. */
const spoiled: [string, string, string][] = [
  ['a mark less', 'مُحَمَّدٌ', 'مُحَمَّد'],
  ['a mark elsewhere', 'ปิ่น', 'ปี่น'],
  ['letters not joined', 'محمد', 'م\u200cح\u200cم\u200cد'],
  ['a conjunct taken apart', 'क्षत्रिय', 'क्\u200cषत्रिय'],
  ['a dot less', 'İpek Işıkoğlu', 'Ipek Işıkoğlu'],
  ['letters the wrong way round', 'דניאל', 'לאינד'],
];

test('the comparison tells a name from one that is set wrongly', { skip }, async (t) => {
  const right = spoiled.map(([, name]) => name);
  const [program, theirs] = await Promise.all([
    compile(plainTemplate),
    namesByChromium(chromium as string, right, scale),
  ]);
  for (const [at, [fault, name, wrong]] of spoiled.entries())
    await t.test(fault, async () => {
      const picture = inkOf(theirs[at] as Picture);
      assert.equal(isAlike(compare(await ourInk(program, name), picture)), true, 'the right name');
      const found = compare(await ourInk(program, wrong), picture);
      assert.equal(isAlike(found), false, JSON.stringify(found));
    });
});
