/** The bytes of an answer: what the vendor's shell client counts on, and what anybody's text may hold. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamXml, writeXml, type XmlElement } from './xml-writer.ts';

test('four blanks a level, an empty element is a pair of tags', () => {
  const root: XmlElement = [
    'batchjob',
    [
      ['errorMessage', ''],
      ['hasErrors', false],
      ['id', 91777],
      ['jobs', [['jobId', 1]]],
      ['none', []],
    ],
  ];
  assert.equal(
    writeXml(root),
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<batchjob>
    <errorMessage></errorMessage>
    <hasErrors>false</hasErrors>
    <id>91777</id>
    <jobs>
        <jobId>1</jobId>
    </jobs>
    <none></none>
</batchjob>`,
  );
});

test('what is not allowed in XML never gets out', () => {
  assert.match(
    writeXml(['a', 'AT&T <b> "x" ]]>\r\n\t\u{1F600}é']),
    /<a>AT&amp;T &lt;b&gt; "x" \]\]&gt;&#13;\n\t\u{1F600}é<\/a>/u,
  );
  assert.match(writeXml(['a', 'x\u0000\u0007\u001f\ufffe\uffff\ud800y']), /<a>x\ufffd{6}y<\/a>/);
});

test('a stream writes the same as a whole', async () => {
  const rows: XmlElement[] = [1, 2, 3].map((id) => ['row', [['id', id]]]);
  const text = async (pieces: AsyncIterable<string>) => (await Array.fromAsync(pieces)).join('');
  assert.equal(
    await text(streamXml('r', [['id', 7]], [rows.slice(0, 2), [], rows.slice(2)])),
    writeXml(['r', [['id', 7], ...rows]]),
  );
  assert.equal(
    await text(streamXml('r', [['id', 7]], [rows], 'list')),
    writeXml([
      'r',
      [
        ['id', 7],
        ['list', rows],
      ],
    ]),
  );
});
