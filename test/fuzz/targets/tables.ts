/** Rows and lists as clients send them: CSV, JSON, XML, events of carriers. */

import { BatchOrder } from '../../../src/dialects/click2mail/batch-order.ts';
import { openCsv } from '../../../src/ingest/csv.ts';
import { readJsonEnvelope, readJsonRows } from '../../../src/ingest/json.ts';
import { readXml } from '../../../src/ingest/xml.ts';
import { readXmlAddresses } from '../../../src/ingest/xml-addresses.ts';
import { eventFormats, eventSource } from '../../../src/usecases/mail-events/event-source.ts';
import { hostileXml } from '../../corpora/xml/hostile.ts';
import { sameInPieces, type Target } from '../target.ts';

const charsets = [undefined, 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'shift_jis', 'gb18030', 'iso-8859-1'];
const marks = ['\uFEFF', '\u0000', '\u202E', '\u2028', '\uD83D\uDE00', '\uFFFD', '\u00e9', '\u0085'];

/** The first byte chooses how the rest is read. */
const chosen = <T>(bytes: Buffer, choices: readonly T[]): [T, Buffer] => [
  choices[(bytes[0] ?? 0) % choices.length] as T,
  bytes.subarray(1),
];

const csv: Target = {
  name: 'csv',
  seeds: () => [
    '0name,email\nAda,ada@example.com\n"Grace ""H""",g@example.com\n',
    '0sep=;\r\n"a";"b"\r\n"1\r\n2";3\r\n\r\n;;\r\n',
    '1\uFEFFname\tb\r1\t2\r',
    Buffer.from('2n\0a\0,\0b\0\n\x001\0,\x002\0\n\0', 'latin1'),
    Buffer.from('4name,caf\xe9\n1,2\n', 'latin1'),
    '0a,b\n"unclosed,1\n2,3\n',
  ],
  words: [',', ';', '\t', '"', '""', '\r\n', '\r', '\n', 'sep=;', 'sep=', '__proto__', ...marks],
  covers: /src\/ingest|csv-parse/,
  run(bytes) {
    const [charset, rest] = chosen(bytes, charsets);
    return sameInPieces(rest, async (pieces) => {
      const limits = { maxRows: 500, maxColumns: 60, maxRecordBytes: 8_192 };
      const table = await openCsv(pieces, limits, { charset });
      const rows = [];
      for await (const some of table.rows) rows.push(...some);
      if (rows.some(({ cells }) => cells.some((cell) => !cell.isWellFormed()))) throw new Error('half a character');
      return { header: table.header, delimiter: table.delimiter, rows };
    });
  },
};

const json: Target = {
  name: 'json',
  seeds: () => [
    '{"templateId":"x","recipients":[{"name":"Ada","n":1.5e3},{"name":"\\u0041"}],"other":null}',
    '\uFEFF {"recipients":[[],{},"a",1,true,false,null],"a":{"b":[1,2,{"c":-0.0}]}} ',
    '{"recipients":[12345678901234567890, 1e400, "\\ud83d\\ude00"]}',
    '[{"recipients":[]}]',
  ],
  words: [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '"recipients":[',
    '1e400',
    '-',
    '__proto__',
    ...marks,
  ],
  covers: /src\/ingest|src\/domain\/plain/,
  run: (bytes) => runJson(bytes),
};

async function runJson(bytes: Buffer): Promise<void> {
  const list = 'recipients';
  const outcome = await sameInPieces(
    bytes,
    async (pieces) => {
      const held = await Array.fromAsync(pieces);
      const body = async function* () {
        yield* held;
      };
      const envelope = await readJsonEnvelope(body, list, ['templateId', 'other']);
      const rows = [];
      for await (const some of readJsonRows(body, list)) rows.push(...some);
      return { envelope, rows };
    },
    { anyFault: true },
  );
  const known = parsed(bytes);
  if (!('refused' in outcome)) {
    if (known === undefined) throw new Error('JSON.parse refuses what we read');
  } else if (known !== undefined && !/deep/.test(String(outcome.issues[0]?.params?.reason)))
    throw new Error(`JSON.parse reads what we refuse: ${JSON.stringify(outcome)}`);
}

function parsed(bytes: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

const xmlWords = [
  '<',
  '>',
  '</',
  '/>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '?>',
  '&amp;',
  '&#0;',
  '&#xD800;',
  '&',
  ';',
];
const xmlSeeds = () => [
  '0<?xml version="1.0" encoding="utf-8"?>\n<!-- a --><b:batch xmlns:b="u" c="1&quot;"><n>A &amp; B<![CDATA[ <c> ]]>&#233;</n><e/></b:batch>',
  ...hostileXml.map(({ body }) => Buffer.concat([Buffer.from('0'), body().subarray(0, 4_000)])),
];

const xml: Target = {
  name: 'xml',
  seeds: xmlSeeds,
  words: [...xmlWords, '<!DOCTYPE', '<!ENTITY', 'encoding="utf-16"', ...marks],
  covers: /src\/ingest|saxes/,
  run(bytes) {
    const [charset, rest] = chosen(bytes, charsets);
    return sameInPieces(
      rest,
      async (pieces) => {
        const events = [];
        for await (const some of readXml(pieces, charset)) events.push(...some);
        if (events.filter(({ kind }) => kind === 'open').length * 2 !== events.length) throw new Error('not closed');
        return events;
      },
      { anyFault: true },
    );
  },
};

const order: Target = {
  name: 'order',
  seeds: xmlSeeds,
  words: [
    ...xmlWords,
    '<job>',
    '</job>',
    '<recipients>',
    '<address>',
    '<addresses>',
    '<startingPage>',
    '</batch>',
    '9'.repeat(30),
  ],
  covers: /src\/(ingest|dialects\/click2mail)/,
  run: (bytes) =>
    bytes[0] === 0x31
      ? sameInPieces(
          bytes.subarray(1),
          async (pieces) => {
            const rows = [];
            for await (const row of readXmlAddresses(pieces, { roots: ['addressList', 'batch'] }).rows)
              rows.push([...row]);
            return rows;
          },
          { anyFault: true },
        )
      : sameInPieces(
          bytes.subarray(1),
          async (pieces) => {
            const order = new BatchOrder({ maxPieces: 100, strict: bytes[0] === 0x30, heldPieces: 5 });
            const lines = [];
            for await (const line of order.lines(readXml(pieces))) lines.push(line);
            return { lines, facts: order.facts() };
          },
          { anyFault: true },
        ),
};

const events: Target = {
  name: 'events',
  seeds: () => [
    '0[{"status":"Delivered","at":"2026-01-01T00:00:00Z","pieceId":"x"}]',
    '0{"events":[{"status":"Delivered","at":"2026-01-01T00:00:00Z"}]}',
    '0\uFEFF [{"status":"Delivered","at":"2026-01-01T00:00:00Z"}]',
    '1{"status":"Delivered","at":"2026-01-01"}\n{"code":"1"}\n',
    '2status,at,code\nDelivered,2026-01-01,1\n',
  ],
  words: ['\n', '"status":', '"at":', ',', '{', '}', '[', ']', '"', 'events', '__proto__', 'constructor', ...marks],
  covers: /src\/(ingest|usecases\/mail-events)/,
  run(bytes) {
    const [format, rest] = chosen(bytes, eventFormats);
    return sameInPieces(
      rest,
      async (pieces) => {
        const held = await Array.fromAsync(pieces);
        const source = eventSource(format, async function* () {
          yield* held;
        });
        const rows = [];
        for await (const some of source.rows) rows.push(...some);
        return rows;
      },
      { anyFault: true },
    );
  },
};

export const tableTargets = [csv, json, xml, order, events];
