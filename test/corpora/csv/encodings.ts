/** One table in every encoding that hands save it in: read to the letter, or refused with a guess; nothing is ever replaced by U+FFFD. */

import assert from 'node:assert/strict';
import iconv from 'iconv-lite';
import { ChanceryError } from '../../../src/errors.ts';
import type { Entry, Outcome, Table } from '../run-table.ts';
import { type CsvFile, type ReadTable, readCsv } from './read-csv.ts';

type Encoded = Entry<CsvFile, ReadTable>;

const latin = 'name,city\nJosé Muñoz,Córdoba\nZoë Weiß,Köln\n';
const table = (text: string): ReadTable => {
  const [header = '', ...lines] = text.trim().split('\n');
  return { header: header.split(','), rows: lines.map((line, at) => [at + 2, ...line.split(',')]) };
};
const encode = (text: string, encoding: string, addBOM = false) => iconv.encode(text, encoding, { addBOM });

const marked = (name: string, encoding: string): Encoded => ({
  name: `${name} with a byte order mark`,
  input: { bytes: encode(latin, encoding, true) },
  gives: table(latin),
});
const named = (charset: string, text: string): Encoded => ({
  name: `${charset}, named`,
  input: { bytes: encode(text, charset), charset },
  gives: table(text),
});

/** Refused, and the guess that is told. */
const guessed = (name: string, bytes: Uint8Array, likely: RegExp, charset?: string): Encoded => ({
  name,
  input: { bytes, charset },
  judge(outcome: Outcome<ReadTable>) {
    assert.ok('refused' in outcome, 'is taken');
    assert.deepEqual(outcome.refused, ['wrong_encoding']);
    assert.ok(outcome.error instanceof ChanceryError);
    assert.match(String(outcome.error.issues[0]?.params?.likely), likely);
  },
});
const broken = (name: string, hex: string): Encoded => ({
  name,
  input: { bytes: Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from(hex, 'hex'), Buffer.from(',3\n')]) },
  refused: 'wrong_encoding',
});

const unicode: Encoded[] = [
  { name: 'UTF-8', input: { bytes: Buffer.from(latin) }, gives: table(latin) },
  marked('UTF-8', 'utf8'),
  marked('UTF-16LE', 'utf16le'),
  marked('UTF-16BE', 'utf16be'),
  guessed('UTF-16LE without a mark', encode(latin, 'utf16le'), /^UTF-16LE$/),
  guessed('UTF-16BE without a mark', encode(latin, 'utf16be'), /^UTF-16BE$/),
  guessed('UTF-32LE with a mark', encode(latin, 'utf32le', true), /^UTF-32LE$/),
  guessed('UTF-32BE with a mark', encode(latin, 'utf32be', true), /^UTF-32BE$/),
  guessed('UTF-32LE without a mark', encode(latin, 'utf32le'), /^UTF-32LE$/),
  guessed('UTF-32BE without a mark', encode(latin, 'utf32be'), /^UTF-32BE$/),
  named('utf-8', latin),
  named('utf-16le', latin),
  named('utf-16be', latin),
  {
    name: 'a byte order mark decides against the name',
    input: { bytes: encode(latin, 'utf8', true), charset: 'latin1' },
    gives: table(latin),
  },
  {
    name: 'four bytes a character',
    input: { bytes: Buffer.from('name,b\n𠀋𝔄,😀\n') },
    gives: table('name,b\n𠀋𝔄,😀\n'),
  },
  {
    name: 'UTF-16 cut in the middle of a character',
    input: { bytes: Buffer.from('fffe610062', 'hex') },
    refused: 'malformed_text',
  },
  {
    name: 'UTF-16 with half a pair',
    input: { bytes: Buffer.from('fffe61000a0000d86200', 'hex') },
    refused: 'malformed_text',
  },
  {
    name: 'a real U+FFFD stays, and is refused with its row',
    input: { bytes: Buffer.from('a,b\n1,\ufffd\n') },
    gives: table('a,b\n1,\ufffd\n'),
  },
];

const western = latin.repeat(4).replaceAll('\nname,city', '');
const others: Encoded[] = [
  guessed('Latin-1', encode(western, 'latin1'), /8859-1$|1252/),
  guessed('Windows-1252', encode(`${western}“Ana” – €5,x\n`, 'windows-1252'), /1252/),
  guessed('Windows-1256', encode('الاسم,المدينة\nأحمد علي,القاهرة\n'.repeat(5), 'windows-1256'), /1256/),
  guessed('GB18030', encode('名字,城市\n张三丰,北京市\n李小龙,上海市\n'.repeat(5), 'gb18030'), /GB/),
  guessed(
    'Shift JIS',
    encode('名前,表示\n山田ソ太郎,東京都千代田区\nカタカナ,ひらがな\n'.repeat(5), 'shift_jis'),
    /Shift_JIS/,
  ),
  guessed('Latin-1, named UTF-8', encode(western, 'latin1'), /8859-1$|1252/, 'utf-8'),
  named('latin1', latin),
  named('iso-8859-15', 'name,price\nZoë Œuvre,5 €\n'),
  named('windows-1252', 'name,quote\nJosé,“so” – €5\n'),
  named('windows-1256', 'الاسم,ب\nأحمد,علي\n'),
  named('windows-1251', 'имя,город\nАнна,Москва\n'),
  named('koi8-r', 'имя,город\nАнна,Москва\n'),
  named('gb18030', '名前,𠀋\n山田,€\n'),
  named('big5', '名字,城市\n許功蓋,台北\n'),
  named('euc-kr', '이름,도시\n김철수,서울\n'),
  // The second byte of these is 0x5C, the backslash, and 0x7C, the pipe.
  named('shift_jis', '名前,表示\nソ表予能,ポ\n'),
  named('macintosh', 'name,b\nJosé,Zoë\n'),
  named('cp437', 'name,b\nJosé,ö\n'),
  named('cp850', 'name,b\nJosé,ø\n'),
];

const brokenUtf8: Encoded[] = [
  broken('an overlong slash', 'c0af'),
  broken('an overlong NUL', 'c080'),
  broken('an overlong slash of three bytes', 'e080af'),
  broken('an overlong slash of four bytes', 'f08080af'),
  broken('CESU-8: a pair of surrogates', 'eda080edb080'),
  broken('half a pair', 'eda080'),
  broken('beyond U+10FFFF', 'f4908080'),
  broken('five bytes', 'f888808080'),
  broken('a continuation alone', '80'),
  broken('FE', 'fe'),
  broken('FF', 'ff'),
  broken('a beginning without an end', 'e282'),
  {
    name: 'a beginning at the end of the file',
    input: { bytes: Buffer.from('a,b\n1,\xe2\x82', 'latin1') },
    refused: 'wrong_encoding',
  },
  {
    name: 'Latin-1 in one cell of a file in UTF-8',
    input: { bytes: Buffer.concat([Buffer.from(latin), encode('José,x\n', 'latin1')]) },
    refused: 'wrong_encoding',
  },
  {
    name: 'the same a megabyte into the file',
    make: () => ({
      bytes: Buffer.concat([Buffer.from(`${latin}${'Ana,Köln\n'.repeat(9_000)}`), encode('José,x\n', 'latin1')]),
    }),
    refused: 'wrong_encoding',
  },
];

const unknown = (charset: string): Encoded => ({
  name: `charset ${JSON.stringify(charset.slice(0, 20))}`,
  input: { bytes: Buffer.from(latin), charset },
  refused: 'unknown_charset',
});

export const encodings: Table<CsvFile, ReadTable> = {
  name: 'CSV: encodings',
  from: 'written for this project; bytes by iconv-lite',
  feed: readCsv,
  entries: [
    ...unicode,
    ...others,
    ...brokenUtf8.map((entry) => ({ ...entry, name: `not UTF-8: ${entry.name}` })),
    ...[
      'klingon',
      'base64',
      'hex',
      'binary',
      'utf-7',
      'utf7-imap',
      '',
      '__proto__',
      'constructor',
      '../etc/passwd',
      '\0',
      'x'.repeat(100_000),
    ].map(unknown),
  ],
};
