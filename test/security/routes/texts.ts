/** Markup in every text that is stored, whoever wrote it, stays text on every page: no element, no attribute and no address of ours changes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { hostileTexts, rounds } from './hostile-texts.ts';
import { doors } from './world.ts';
import { open, type Page, pages, plant } from './written-pages.ts';

interface Shape {
  /** Elements with the names of their attributes, in order. */
  elements: string[];
  addresses: string[];
}

/** Throws where the page is no well-formed XML, which ours are. */
function shapeOf(html: string): Shape {
  const shape: Shape = { elements: [], addresses: [] };
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = attributes as Record<string, string>;
    shape.elements.push(`${name} ${Object.keys(values).join(' ')}`);
    for (const attribute of ['href', 'src', 'action', 'formaction'])
      if (values[attribute] !== undefined) shape.addresses.push(values[attribute]);
  });
  parser.write(html).close();
  return shape;
}

/** A page may leave out what has nothing to show; it never has more. */
function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const one of whole) if (one === part[at]) at++;
  return at === part.length;
}

const look = async (page: Page) => shapeOf(await open(page));

test('whatever is written in a text, the pages keep their elements, attributes and addresses', async () => {
  const columns = await plant(() => 'plain words');
  assert.ok(columns > 30, `${columns} columns`);
  const plain = new Map<string, Shape>();
  for (const page of pages) plain.set(page.path, await look(page));
  const seen = new Set<string>();
  for (const [round, textOf] of rounds.entries()) {
    await plant(textOf);
    for (const page of pages) {
      const { elements, addresses } = await look(page);
      const before = plain.get(page.path) as Shape;
      const where = `${page.path}, in round ${round}, with ${textOf(0)}`;
      assert.ok(isWithin(elements, before.elements), `${where}\n${elements.join('\n')}`);
      for (const address of addresses)
        assert.match(new URL(address, doors.url).protocol, /^(https?|mailto):$/, `${where}: ${address}`);
      if (round === 0) for (const text of hostileTexts) if ((await open(page)).includes(escaped(text))) seen.add(text);
    }
  }
  assert.ok(seen.size > hostileTexts.length / 2, `only ${seen.size} of the texts were on a page at all`);
});

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
