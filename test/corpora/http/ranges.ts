/** Parts of files as nobody asks for them: whatever is asked, the whole file or a part of it comes, or a refusal, once. */

const many = (count: number, range: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => range(at)).join(',');

/** Values of the header Range (RFC 9110, 14.2). */
export const ranges: Record<string, string> = {
  'the first byte': 'bytes=0-0',
  'all of it': 'bytes=0-',
  'the last byte': 'bytes=-1',
  'the last zero bytes': 'bytes=-0',
  backwards: 'bytes=9-3',
  'beyond the end': 'bytes=999999999-',
  'as much as there is, and far more': 'bytes=0-99999999999999999999',
  'places without end': `bytes=${'9'.repeat(5_000)}-${'9'.repeat(5_000)}`,
  'a negative place': 'bytes=--5',
  'two negative places': 'bytes=-5--3',
  'hexadecimal places': 'bytes=0x0-0xff',
  words: 'bytes=a-b',
  nothing: 'bytes=',
  'no unit': '0-5',
  'a unit nobody knows': 'lines=0-5',
  'the same part 1,300 times': `bytes=${many(1_300, () => '0-')}`,
  '1,000 overlapping parts': `bytes=${many(1_000, (at) => `${at}-${at + 500}`)}`,
  '1,500 single bytes, backwards': `bytes=${many(1_500, (at) => `${1_500 - at}-${1_500 - at}`)}`,
  'only commas': `bytes=${','.repeat(8_000)}`,
  blanks: `bytes=${' '.repeat(8_000)}0-0`,
  'two parts that touch': 'bytes=0-4,5-9',
  'a part and nonsense': 'bytes=0-4,x',
};
