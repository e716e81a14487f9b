/** XML in every encoding and in any pieces; what is refused, with the place that is named. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longTest } from '../../test/support/rounds.ts';
import { ChanceryError } from '../errors.ts';
import { readXml, type XmlEvent, xmlLimits } from './xml.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(xml: string | Uint8Array, { size = 7, charset = undefined as string | undefined } = {}) {
  const events: XmlEvent[] = [];
  const bytes = typeof xml === 'string' ? Buffer.from(xml) : xml;
  for await (const some of readXml(inPieces(bytes, size), charset)) events.push(...some);
  return events;
}

/** `a(b="text")` */
async function shown(xml: string | Uint8Array, options: Parameters<typeof read>[1] = {}): Promise<string> {
  const parts = (await read(xml, options)).map((event) =>
    event.kind === 'open' ? `${event.name}(` : `${event.isLeaf ? JSON.stringify(event.text) : ''})`,
  );
  return parts.join('');
}

async function fault(xml: string | Uint8Array, options: Parameters<typeof read>[1] = {}) {
  const error = await read(xml, options).then(
    () => assert.fail('it was read'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ChanceryError, String(error));
  assert.equal(error.issues.length, 1);
  const { code, params = {} } = error.issues[0] as NonNullable<(typeof error.issues)[0]>;
  return code === 'malformed_xml' ? `${params.line}:${params.column} ${params.element} ${params.reason}` : code;
}

test('elements come with their own text, however it is written and cut', async () => {
  const xml =
    '<?xml version="1.0"?>\n<!-- <x> & -->\n<b:batch xmlns:b="u" xsi:a="1">\n <n>A &amp; B<![CDATA[ <c> & ]]>&#233;&#x1F600;</n>\r\n<e/><e></e><?pi & ?></b:batch>\n';
  for (const size of [1, 2, 3, 5, 1_000])
    assert.equal(await shown(xml, { size }), 'batch(n("A & B <c> & é😀")e("")e(""))');
});

test('whatever it is encoded in', async () => {
  const text = '<a>é€</a>';
  const utf16le = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const wanted = 'a("é€")';
  assert.equal(await shown(`\uFEFF${text}`), wanted);
  assert.equal(await shown(utf16le), wanted);
  assert.equal(await shown(Buffer.from(utf16le).swap16()), wanted);
  for (const begin of ['<?xml version="1.0"?>', '']) {
    assert.equal(await shown(Buffer.from(begin + text, 'utf16le')), wanted);
    assert.equal(await shown(Buffer.from(begin + text, 'utf16le').swap16()), wanted);
  }
  const windows = Buffer.concat([
    Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>'),
    Buffer.from([0xe9, 0x80]),
    Buffer.from('</a>'),
  ]);
  assert.equal(await shown(windows), wanted);
  assert.equal(
    await shown(Buffer.concat([Buffer.from('<a>'), Buffer.from([0xe9, 0x80]), Buffer.from('</a>')]), {
      charset: 'ISO-8859-1',
    }),
    wanted,
  );
  // What .NET writes into a text and sends as UTF-8.
  assert.equal(await shown(`<?xml version="1.0" encoding="utf-16"?>${text}`), wanted);
  assert.equal(await fault('<?xml version="1.0" encoding="utf-7"?><a/>'), 'unknown_charset');
});

test('bytes of another encoding are named by their place', async () => {
  const bad = Buffer.concat([Buffer.from('<a>\n<b>é '), Buffer.from([0xe9]), Buffer.from('</b></a>')]);
  for (const size of [4, 5_000]) assert.match(await fault(bad, { size }), /^2:\d <b> its bytes are not utf-8$/);
  assert.match(await fault(Buffer.from('<a>\xe9', 'latin1')), /its bytes are not utf-8/);
  const overlong = Buffer.concat([Buffer.from('<a>'), Buffer.from([0xc0, 0xbc]), Buffer.from('</a>')]);
  assert.match(await fault(overlong), /its bytes are not utf-8/);
});

test('an "&" that begins nothing is named where it stands', async () => {
  const bare = (rest: string) => `<batch>\n<job>\n  <name>Miller & Sons${rest}</name></job></batch>`;
  const wanted = '3:16 <name> an "&" begins nothing that XML knows; write &amp; for the character';
  for (const size of [1, 9, 5_000])
    for (const rest of ['', ' &amp; Co; x', ' & Co', `</name>${'<n>x</n>'.repeat(200)}<name>&lt;`])
      assert.equal(await fault(bare(rest), { size }), wanted, rest.slice(0, 20));
  assert.equal(
    await fault(`<a>${'&amp; '.repeat(9)}&b;</a>`),
    '1:58 <a> an "&" begins nothing that XML knows; write &amp; for the character',
  );
  assert.match(await fault('<a b="x & y"/>'), /^1:9 <a> an "&" begins nothing/);
  assert.equal(await shown('<a><!-- & --><![CDATA[ & ]]>&quot;</a>'), 'a(" & \\"")');
});

const deep = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
const attributes = (count: number) => `<a ${Array.from({ length: count }, (_, at) => `a${at}="1"`).join(' ')}/>`;
const long = (length: number) => 'x'.repeat(length);

test('what is refused, and where', async () => {
  const cases: [name: string, xml: string, said: RegExp][] = [
    ['nothing', '', /1:1 the document .*root element/],
    ['no XML', 'hello', /1:5 the document text data outside/],
    ['a document type', '<!DOCTYPE a>\n<a/>', /1:12 the document a document type/],
    ['a billion laughs', '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>', /a document type/],
    ['a file of the server', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', /a document type/],
    ['an entity', '<a>\n<b>&nbsp;</b></a>', /2:4 <b> an "&"/],
    ['an open element', '<a>\n<b></a>', /2:7 .*unexpected close tag/],
    ['a missing end', '<a>\n<b>text', /2:7 <b> unclosed tag: b/],
    ['a half tag', '<a', /document must contain a root/],
    ['two roots', '<a/><b/>', /only one root/],
    ['text behind the root', '<a/>\nx', /2:\d the document text data outside/],
    ['an attribute twice', '<a x="1" x="2"/>', /duplicate attribute: x/],
    ['an attribute without quotes', '<a x=1/>', /unquoted attribute/],
    ['a control character', '<a>\u0001</a>', /disallowed character/],
    ['a reference to one', '<a>&#1;</a>', /an "&" begins nothing/],
    ['a reference to half a character', '<a>&#xD800;</a>', /an "&" begins nothing/],
    ['a late declaration', ' <?xml version="1.0"?><a/>', /declaration must be at the start/],
    ['depth', deep(xmlLimits.depth + 1), /nested too deeply/],
    ['attributes', attributes(xmlLimits.attributes + 1), /too many attributes/],
    ['a long attribute', `<a b="${long(xmlLimits.textCharacters + 1)}"/>`, /an attribute is too long/],
    ['a long name', `<${long(xmlLimits.nameCharacters + 1)}/>`, /the name of an element is too long/],
    ['a long text', `<a>${long(xmlLimits.textCharacters + 1)}</a>`, /a text is too long/],
    ['a long text of many', `<a>${`${long(9_999)}<!---->`.repeat(8)}</a>`, /a text is too long/],
    ['a long comment', `<a><!--${long(300_000)}--></a>`, /something is too long/],
    ['a document type without end', `<!DOCTYPE ${long(300_000)}`, /something is too long/],
  ];
  for (const [name, xml, said] of cases) assert.match(await fault(xml, { size: 4_096 }), said, name);
});

test('what is just allowed', async () => {
  await read(deep(xmlLimits.depth));
  await read(attributes(xmlLimits.attributes));
  await read(`<a>${long(xmlLimits.textCharacters)}</a>`);
  await read(`<${long(xmlLimits.nameCharacters)}/>`);
  assert.equal(await shown('<__proto__ constructor="1"><toString/></__proto__>'), '__proto__(toString(""))');
});

longTest('memory stays flat over a large document', async () => {
  async function* large(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('<batch>');
    const piece = Buffer.from('<address><name>A &amp; B</name><city>X</city></address>'.repeat(1_000));
    for (let count = 0; count < 60; count++) yield piece;
    yield Buffer.from('</batch>');
  }
  let names = 0;
  const before = process.memoryUsage().heapUsed;
  for await (const events of readXml(large()))
    names += events.filter((event) => event.kind === 'close' && event.name === 'name').length;
  assert.equal(names, 60_000);
  assert.ok(process.memoryUsage().heapUsed - before < 200 * 2 ** 20);
});
