/** James Clark's XML test cases: what is not well-formed is refused, and so is every document type, which most of them have. */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { ChanceryError } from '../../../src/errors.ts';
import { readXml, type XmlEvent } from '../../../src/ingest/xml.ts';
import type { Entry, Table } from '../run-table.ts';

type Loader = (resolve: unknown, reject: unknown, encoding?: string) => unknown;
interface XmlTest {
  contentLoader: Loader;
  load(loader: Loader): Promise<Record<string, string>>;
}

const { contentLoader, load } = createRequire(import.meta.url)('xmltest') as XmlTest;

/** Files that are read by their own right; those of `out` are what other readers should write. */
const wanted = /^xmltest\/(not-wf|valid|invalid)\/(?:[a-z]+-)?[a-z]+\/\d+[a-z]?\.xml$/;

/** `<a>text</a>`, without what an address has no use for: attributes, comments, instructions. */
async function read(text: string): Promise<string> {
  const bytes = Buffer.from(text, 'latin1');
  const events: XmlEvent[] = [];
  for await (const some of readXml(pieces(bytes))) events.push(...some);
  return events
    .map((event) => (event.kind === 'open' ? `<${event.name}>` : `${event.isLeaf ? event.text : ''}</${event.name}>`))
    .join('');
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

/** A character for each byte: some are wrong in their bytes alone. */
const content = await load((resolve, reject) => contentLoader(resolve, reject, 'latin1'));
const files = Object.keys(content).filter((path) => wanted.test(path));

/** Every file as it is: 99 of them are not well-formed in ways of their own, the others have a document type. */
export const asTheyAre: Table<string, string> = {
  name: 'XML: xmltest as it is',
  from: 'xmltest 2.0.3',
  feed: read,
  entries: files.map((path): Entry<string, string> => {
    const text = content[path] as string;
    return {
      name: path,
      input: text,
      judge(outcome) {
        if (!('refused' in outcome) || outcome.refused.join() !== 'malformed_xml') assert.fail(JSON.stringify(outcome));
        const { reason, line } = (outcome.error as ChanceryError).issues[0]?.params ?? {};
        assert.ok(Number(line) >= 1 && String(reason).length > 5, `${line}: ${reason}`);
        if (path.includes('/valid/')) assert.match(String(reason), /document type/);
      },
    };
  }),
};

/** A document type without anything in it that changes what is read. */
const doctype = /<!DOCTYPE\s[^[>]*(\[[^\]]*\]\s*)?>/;
const ownReference = /&(?!amp;|lt;|gt;|quot;|apos;|#)/;

const readable = files.filter((path) => {
  const bare = (content[path] as string).replace(doctype, '');
  // Those in UTF-16 have theirs between other bytes.
  return path.includes('/valid/sa/') && bare !== content[path] && !ownReference.test(bare);
});

/** What the canonical form says, as `read` gives it. */
function expected(canonical: string): string {
  const leaves = canonical
    .replace(/<\?.*?\?>/gs, '')
    .replace(/<([^\s/>]+)[^>]*>/g, '<$1>')
    .replace(/(<\/?[^>]+>)[^<]+(?=<[^/])|(<\/[^>]+>)[^<]+(?=<)/g, '$1$2');
  const text = Buffer.from(leaves, 'latin1').toString('utf8');
  const characters = text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  return characters.replace(
    /&(amp|lt|gt|quot);/g,
    (_, name: 'amp') => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name],
  );
}

/** The valid ones once their document type is gone. */
export const withoutDoctype: Table<string, string> = {
  name: 'XML: the valid ones of xmltest without their document type',
  from: 'xmltest 2.0.3',
  feed: (text) => read(text.replace(doctype, '')),
  entries: readable.map((path) => ({
    name: path,
    input: content[path] as string,
    gives: expected(content[path.replace('/sa/', '/sa/out/')] as string),
  })),
};
