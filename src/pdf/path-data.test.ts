import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChanceryError } from '../errors.ts';
import { parsePath, pathOperators } from './path-data.ts';

const lines = (d: string) => pathOperators(d).trim().split('\n');

test('path data becomes plain operators with absolute coordinates', () => {
  assert.deepEqual(lines('M10 20L30,40 50 60H5V7z'), ['10 20 m', '30 40 l', '50 60 l', '5 60 l', '5 7 l', 'h']);
  assert.deepEqual(lines('m1-2.5.5 1l3 4'), ['1 -2.5 m', '1.5 -1.5 l', '4.5 2.5 l']);
});

test('a command after a closed figure starts where that figure began', () => {
  assert.deepEqual(lines('M1 1h4v4zl2 0'), ['1 1 m', '5 1 l', '5 5 l', 'h', '1 1 m', '3 1 l']);
});

test('smooth and quadratic curves become cubic ones', () => {
  assert.deepEqual(lines('M0 0C0 3 3 6 6 6S9 3 9 0'), ['0 0 m', '0 3 3 6 6 6 c', '9 6 9 3 9 0 c']);
  assert.deepEqual(lines('M0 0Q3 3 6 0T12 0'), ['0 0 m', '2 2 4 2 6 0 c', '8 -2 10 -2 12 0 c']);
  // Without a curve before it, the smooth command's first handle is the current point.
  assert.deepEqual(lines('M1 2S3 3 4 4'), ['1 2 m', '1 2 3 3 4 4 c']);
});

test('an arc ends exactly where the path says and stays on its ellipse', () => {
  for (const [large, sweep] of ['00', '01', '10', '11'].map((flags) => [...flags])) {
    const segments = parsePath(`M10 0a10 5 30 ${large}${sweep}8 6`);
    const last = segments.at(-1) as readonly unknown[];
    assert.deepEqual(last.slice(-2), [18, 6]);
    assert.equal(segments.length - 1 >= (large === '1' ? 3 : 1), true);
  }
  const half = parsePath('M-10 0A10 10 0 0 1 10 0');
  assert.equal(half.length, 3);
  const [, ...top] = half[1] as unknown as [string, ...number[]];
  assert.ok(Math.abs((top[4] as number) - 0) < 1e-9 && Math.abs((top[5] as number) + 10) < 1e-9, String(top));
  // Radii too small to reach grow; zero radii are a line; an arc to where it stands is nothing.
  assert.ok(Math.abs((parsePath('M-10 0A1 1 0 0 1 10 0')[1]?.[6] as number) + 10) < 1e-9);
  assert.deepEqual(lines('M0 0A0 5 0 0 1 9 9'), ['0 0 m', '9 9 l']);
  assert.deepEqual(lines('M3 3A5 5 0 1 1 3 3'), ['3 3 m']);
});

test('arc flags may stand without separators', () => {
  assert.deepEqual(lines('M0 0a1 1 0 013 3'), lines('M0 0a1 1 0 0 1 3 3'));
});

test('a faulty path is refused with the place of the fault, never drawn in part', () => {
  for (const d of [
    '10 10',
    'L1 1',
    'M1',
    'M1 1L',
    'M0 0 Z 5',
    'M0 0a1 1 0 2 1 3 3',
    'M0 0 q',
    'M1e99 0',
    'M0 0 l1 1 $',
    'M 1,,2',
    'M0 0 (',
  ]) {
    assert.throws(
      () => pathOperators(d),
      (error: unknown) =>
        error instanceof ChanceryError && error.issues[0]?.path === 'asset' && error.issues[0].code === 'invalid',
      d,
    );
  }
  assert.throws(() => pathOperators(`M0 0${'l9000000 0'.repeat(3)}`), /asset/);
});

test('coordinates are written without exponents, to six places', () => {
  assert.deepEqual(lines('M1e-9 -1e-7 L1234567.1234567 -0.25'), ['0 0 m', '1234567.123457 -.25 l']);
});

test('a path of more segments than asked for is not read to its end', () => {
  const path = `M0 0${'l1 1'.repeat(10)}nonsense`;
  assert.match(JSON.stringify(issueOf(() => parsePath(path, 10))), /too many path segments/);
  assert.match(JSON.stringify(issueOf(() => parsePath(path, 11))), /cannot be read at character/);
});

test('half a million characters are read in one pass', () => {
  assert.equal(parsePath(`M0 0${'l1 1'.repeat(125_000)}`).length, 125_001);
  assert.throws(() => parsePath(`M${' '.repeat(500_000)}x`), /asset/);
  assert.throws(() => parsePath(`M${'1'.repeat(500_000)}`), /asset/);
});

function issueOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return (error as ChanceryError).issues[0];
  }
  return assert.fail('it is read');
}
