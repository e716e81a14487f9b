/** Files of every shape that spreadsheets, programs and hands produce: each is read as it was meant, or refused with the reason. */

import type { Entry, Table } from '../run-table.ts';
import { type CsvFile, csv, type ReadTable, readCsv } from './read-csv.ts';

type Shape = Entry<CsvFile, ReadTable>;

const taken = (name: string, text: string, header: string[], ...rows: [number, ...string[]][]): Shape => ({
  name,
  input: csv(text),
  gives: { header, rows },
});
const refused = (name: string, text: string, ...codes: string[]): Shape => ({
  name,
  input: csv(text),
  refused: codes,
});
const ab = ['a', 'b'];
const columns = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);

const ends: Shape[] = [
  taken('LF', 'a,b\n1,2\n', ab, [2, '1', '2']),
  taken('CRLF', 'a,b\r\n1,2\r\n', ab, [2, '1', '2']),
  taken('CR alone', 'a,b\r1,2\r3,4', ab, [2, '1', '2'], [3, '3', '4']),
  taken('all three in one file', 'a,b\r\n1,2\r3,4\n5,6', ab, [2, '1', '2'], [3, '3', '4'], [4, '5', '6']),
  taken('CR CR LF, as text mode writes CRLF twice', 'a,b\r\r\n1,2\r\r\n', ab, [3, '1', '2']),
  taken('no end of the last line', 'a,b\n1,2', ab, [2, '1', '2']),
  taken('blank lines in between', '\n\na,b\n\n1,2\n\n\n3,4\n\n', ab, [5, '1', '2'], [8, '3', '4']),
  taken('lines of delimiters alone', 'a,b\n,\n1,2\n,,,,\n', ab, [3, '1', '2']),
  taken('lines of blanks alone', 'a,b\n \t \n1,2\n', ab, [3, '1', '2']),
  taken('line breaks in cells', 'a,b\n"1\n2","3\r\n4"\n5,6\n', ab, [2, '1\n2', '3\r\n4'], [3, '5', '6']),
  taken('U+2028 and U+0085 end no line', 'a,b\n1\u2028x,2\u0085y\n', ab, [2, '1\u2028x', '2\u0085y']),
  taken('form feed and vertical tab end no line', 'a,b\n1\fx,2\vy\n', ab, [2, '1\fx', '2\vy']),
  taken('Ctrl-Z at the end, as DOS writes it', 'a,b\n1,2\n\u001a', ab, [2, '1', '2'], [3, '\u001a']),
];

const quotes: Shape[] = [
  taken('doubled quotes', 'a,b\n"say ""hi""",""""\n', ab, [2, 'say "hi"', '"']),
  taken('empty quotes', 'a,b\n"",x\n', ab, [2, '', 'x']),
  taken('a delimiter in quotes', 'a,b\n"1,2",3\n', ab, [2, '1,2', '3']),
  taken('quoted header', '"a","b"\n1,2\n', ab, [2, '1', '2']),
  taken('a header of two lines', '"a\nx",b\n1,2\n', ['a\nx', 'b'], [2, '1', '2']),
  taken('blanks kept inside quotes', 'a,b\n" 1 ",2\n', ab, [2, ' 1 ', '2']),
  taken('apostrophes are no quotes', "a,b\n'1,2'\n", ab, [2, "'1", "2'"]),
  taken('typographic quotes are no quotes', 'a,b\n“1”,„2“\n', ab, [2, '“1”', '„2“']),
  taken('a backslash guards nothing', 'a,b\n\\1,"2\\"\n', ab, [2, '\\1', '2\\']),
  refused('a quote that is never closed', 'a,b\n"1,2\n3,4\n', 'unclosed_quote'),
  refused('one that is never closed in the header', '"a,b\n1,2\n', 'unclosed_quote'),
  refused('a lone quote', 'a,b\n1,"\n', 'unclosed_quote'),
  refused('a quote in the middle', 'a,b\n1"2,3\n', 'stray_quote'),
  refused('inches', 'a,b\nTV 19",2\n', 'stray_quote'),
  refused('text behind the closing quote', 'a,b\n"1"2,3\n', 'stray_quote'),
  refused('a blank before the opening quote', 'a,b\n1, "2,3"\n', 'stray_quote'),
  refused('a blank behind the closing quote', 'a,b\n"1" ,2\n', 'stray_quote'),
  refused('a quote guarded by a backslash', 'a,b\n"1\\"2",3\n', 'stray_quote'),
  refused('three quotes', 'a,b\n"""\n', 'unclosed_quote'),
];

const widths: Shape[] = [
  taken('one column', 'a\n1\n2\n', ['a'], [2, '1'], [3, '2']),
  taken('rows that are too short and too long', 'a,b\n1\n1,2,3\n', ab, [2, '1'], [3, '1', '2', '3']),
  taken('an empty cell at the end', 'a,b\n1,\n', ab, [2, '1', '']),
  taken('200 columns', `${columns(200)}\n${columns(200)}\n`, columns(200), [2, ...columns(200)]),
  refused('201 columns', `${columns(201)}\n${columns(201)}\n`, 'too_many_columns'),
  refused('10,000 columns', `${columns(10_000)}\n${columns(10_000)}\n`, 'too_many_columns'),
  refused('100,000 columns without a name', `${','.repeat(100_000)}x\n`, 'too_many_columns'),
  taken('a row of 100,000 cells', `a\n${'1,'.repeat(99_999)}1\n`, ['a'], [2, ...Array<string>(100_000).fill('1')]),
  refused('a delimiter at the end of the header', 'a,b,\n1,2,\n', 'empty_header'),
];

const delimiters: Shape[] = [
  taken('semicolons', 'a;b\n1;2\n', ab, [2, '1', '2']),
  taken('semicolons, decimal commas', 'a;b\n1,5;2,5\n', ab, [2, '1,5', '2,5']),
  taken('tabs', 'a\tb\n1\t2\n', ab, [2, '1', '2']),
  taken('sep=;', 'sep=;\na;b\n1;2\n', ab, [2, '1', '2']),
  taken('sep= with a tab, quoted', '"sep=\t"\r\na\tb\r\n1\t2\r\n', ab, [2, '1', '2']),
  taken('sep= decides against the header', 'sep=,\na;x,b\n1;2,3\n', ['a;x', 'b'], [2, '1;2', '3']),
  taken('pipes are none', 'a|b\n1|2\n', ['a|b'], [2, '1|2']),
  taken('a delimiter that the header only has in quotes', '"x,y,z";b\n1;2\n', ['x,y,z', 'b'], [2, '1', '2']),
  taken('a tie goes to the comma', 'a,b;c\n1,2\n', ['a', 'b;c'], [2, '1', '2']),
];

const noTables: Shape[] = [
  refused('nothing', '', 'empty_file'),
  refused('a byte order mark alone', '\ufeff', 'empty_file'),
  refused('line breaks alone', '\n\r\n\r', 'empty_file'),
  refused('blanks alone', '   ', 'empty_file'),
  refused('delimiters alone', ',,,\n,,,\n', 'empty_file'),
  refused('sep= alone', 'sep=;', 'empty_file'),
  refused('a header alone', 'a,b', 'no_rows'),
  refused('a header and blank lines', 'a,b\n\n,\n', 'no_rows'),
  refused('HTML', '<!DOCTYPE html><table><tr><td>a</td></tr></table>', 'not_a_table'),
  refused('an HTML table that calls itself .xls', '<html><table></table></html>', 'not_a_table'),
  refused('XML', '<?xml version="1.0"?><a/>', 'not_a_table'),
  refused('JSON', '[{"name":"Ana"}]', 'not_a_table'),
  refused('JSON Lines', '{"name":"Ana"}\n{"name":"Bob"}\n', 'not_a_table'),
  refused('a ZIP, such as .xlsx', 'PK\u0003\u0004\u0014', 'not_a_table'),
  refused('an empty ZIP', 'PK\u0005\u0006', 'not_a_table'),
  refused('a PDF', '%PDF-1.7\n', 'not_a_table'),
  { name: 'gzip', input: { bytes: Buffer.from('1f8b0800', 'hex') }, refused: 'not_a_table' },
  { name: 'an old .xls', input: { bytes: Buffer.from('d0cf11e0a1b11ae1', 'hex') }, refused: 'not_a_table' },
];

const headers: Shape[] = [
  refused('__proto__', '__proto__,b\n1,2\n', 'forbidden_header'),
  refused(
    'all three ways to a prototype',
    'constructor,prototype,__proto__\n1,2,3\n',
    ...Array(3).fill('forbidden_header'),
  ),
  refused('__proto__ behind a guard and blanks', "' =x, __proto__ \n1,2\n", 'forbidden_header'),
  taken('names of object members', 'toString,hasOwnProperty\n1,2\n', ['toString', 'hasOwnProperty'], [2, '1', '2']),
  refused('twice', 'a,b,a\n1,2,3\n', 'duplicate_header'),
  refused('twice, once with blanks', 'a,b, a \n1,2,3\n', 'duplicate_header'),
  refused('twice, once decomposed', '\u00e9,e\u0301\n1,2\n', 'duplicate_header'),
  refused('without a name', 'a,,b\n1,2,3\n', 'empty_header'),
  refused('a NUL', 'a\0,b\n1,2\n', 'control_character'),
  refused('an escape sequence', 'a\u001b[31m,b\n1,2\n', 'control_character'),
  refused('a text direction', 'a\u202eb,c\n1,2\n', 'bidi_override'),
  taken('a formula, guarded by us', "'=a,b\n1,2\n", ['=a', 'b'], [2, '1', '2']),
  taken('100,000 characters', `${'a'.repeat(100_000)},b\n1,2\n`, ['a'.repeat(100_000), 'b'], [2, '1', '2']),
  taken('a byte order mark at a name', '\ufeffa,\ufeffb\n1,2\n', ['a', 'b'], [2, '1', '2']),
];

export const shapes: Table<CsvFile, ReadTable> = {
  name: 'CSV: shapes',
  from: 'written for this project, after RFC 4180 and what spreadsheets save',
  feed: readCsv,
  entries: [
    ...Object.entries({ ends, quotes, widths, delimiters, noTables, headers }).flatMap(([group, some]) =>
      some.map((entry) => ({ ...entry, name: `${group}, ${entry.name}` })),
    ),
  ],
};
