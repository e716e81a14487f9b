/** Laravel's pages: which links there are, what they say, and what happens at the edges. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageWire, readPaging } from './paging.ts';

const path = 'https://vec.example/business/batches';
const wire = (page: number, total: number, query: Record<string, unknown> = {}, perPage = 10) => {
  const data = Array.from({ length: Math.max(0, Math.min(perPage, total - (page - 1) * perPage)) }, (_, at) => at);
  return pageWire(data, total, { page, perPage }, path, query);
};
const labels = (page: number, last: number) =>
  wire(page, last * 10)
    .meta.links.slice(1, -1)
    .map(({ label }) => label)
    .join(' ');

test('below 14 pages every page has a link', () => {
  assert.equal(labels(1, 1), '1');
  assert.equal(labels(7, 13), '1 2 3 4 5 6 7 8 9 10 11 12 13');
});

test('from 14 pages on the window follows the current page', () => {
  assert.equal(labels(1, 14), '1 2 3 4 5 6 7 8 9 10 ... 13 14');
  assert.equal(labels(7, 14), '1 2 3 4 5 6 7 8 9 10 ... 13 14');
  assert.equal(labels(8, 14), '1 2 ... 5 6 7 8 9 10 11 12 13 14');
  assert.equal(labels(8, 15), '1 2 ... 5 6 7 8 9 10 11 ... 14 15');
  assert.equal(labels(50, 100), '1 2 ... 47 48 49 50 51 52 53 ... 99 100');
  assert.equal(labels(93, 100), '1 2 ... 90 91 92 93 94 95 96 ... 99 100');
  assert.equal(labels(94, 100), '1 2 ... 91 92 93 94 95 96 97 98 99 100');
  assert.equal(labels(100, 100), '1 2 ... 91 92 93 94 95 96 97 98 99 100');
});

test('dots lead nowhere, the current page is active, first and last page have one neighbour', () => {
  const page = wire(1, 200);
  assert.deepEqual(
    page.meta.links.filter(({ label }) => label === '...'),
    [{ url: null, label: '...', active: false }],
  );
  assert.deepEqual(
    page.meta.links.filter(({ active }) => active),
    [{ url: `${path}?page=1`, label: '1', active: true }],
  );
  assert.deepEqual(page.meta.links[0], { url: null, label: '&laquo; Previous', active: false });
  assert.deepEqual(page.meta.links.at(-1), { url: `${path}?page=2`, label: 'Next &raquo;', active: false });
  assert.deepEqual(page.links, {
    first: `${path}?page=1`,
    last: `${path}?page=20`,
    prev: null,
    next: `${path}?page=2`,
  });
  assert.equal(wire(20, 200).links.next, null);
});

test('an empty list has one page and no rows', () => {
  const { data, links, meta } = wire(1, 0);
  assert.deepEqual(data, []);
  assert.deepEqual(links, { first: `${path}?page=1`, last: `${path}?page=1`, prev: null, next: null });
  assert.deepEqual([meta.from, meta.to, meta.total, meta.last_page], [null, null, 0, 1]);
});

test('a page beyond the last is empty and leads back by one page, as Laravel’s does', () => {
  const { data, links, meta } = wire(7, 25);
  assert.deepEqual(data, []);
  assert.deepEqual([meta.current_page, meta.from, meta.to, meta.last_page, meta.total], [7, null, null, 3, 25]);
  assert.deepEqual([links.prev, links.next], [`${path}?page=6`, null]);
  assert.equal(wire(4, 25).links.prev, `${path}?page=3`);
});

test('a page in the middle says which rows it shows', () => {
  const { meta } = wire(3, 25);
  assert.deepEqual([meta.from, meta.to], [21, 25]);
});

test('the query is kept in every link as PHP writes it, and only the page changes', () => {
  const { links } = wire(1, 25, { search: "a&b (O'Neil, 50% *~)", page: '1', status: 'completed' });
  assert.equal(links.next, `${path}?search=a%26b%20%28O%27Neil%2C%2050%25%20%2A~%29&status=completed&page=2`);
});

test('a value given several times stays so in every link', () => {
  const { links } = wire(1, 25, { status: ['a', 'b'] });
  assert.equal(links.next, `${path}?status=a&status=b&page=2`);
});

test('pages and sizes out of range are clamped, and anything else is the default', () => {
  assert.deepEqual(readPaging({}), { page: 1, perPage: 15 });
  assert.deepEqual(readPaging({ page: '3', per_page: '100' }), { page: 3, perPage: 100 });
  assert.deepEqual(readPaging({ page: '0', per_page: '101' }), { page: 1, perPage: 100 });
  assert.deepEqual(readPaging({ page: '-4', per_page: '-1' }), { page: 1, perPage: 1 });
  assert.deepEqual(readPaging({ page: 'x', per_page: '' }), { page: 1, perPage: 15 });
  assert.deepEqual(readPaging({ page: ['2', '3'], per_page: { a: 1 } }), { page: 2, perPage: 15 });
  assert.equal(readPaging({ page: '99999999999999999999' }).page, 1_000_000);
});
