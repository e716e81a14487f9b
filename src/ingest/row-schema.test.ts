/** What the row schema says about rows: true values out clean, hostile ones named with header, code and value. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Issue } from '../domain/issue.ts';
import { type ColumnNames, type ColumnPlan, planColumns } from './columns.ts';
import { compileRowSchema } from './row-schema.ts';
import { templateWith } from './sample-template.ts';

const names: ColumnNames = {
  name: ['name'],
  email: ['email'],
  issueDate: ['issue_date'],
  expiryDate: ['expiry_date'],
  dateFormat: 'DD-MM-YYYY',
  exactCase: false,
};

function judge(fields: object[], header: string[], cells: string[], faults?: Issue[]) {
  const template = templateWith(fields);
  const planned = planColumns(header, template, names);
  assert.ok('plan' in planned, JSON.stringify(planned));
  return compileRowSchema(template, JSON.parse(JSON.stringify(planned.plan)))({ row: 2, cells, faults });
}

/** Judges one cell of a field `F`; gives its value or its faults. */
function cell(field: object, text: string): unknown {
  const answer = judge([{ name: 'F', ...field }], ['name', 'email', 'F'], ['Ana', 'a@x.org', text]);
  return 'row' in answer ? answer.row.fields.F : answer.issues.map((issue) => issue.code).join();
}

function name(text: string): unknown {
  const answer = judge([], ['Name', 'email'], [text, 'a@x.org']);
  return 'row' in answer ? answer.row.name : answer.issues.map((issue) => `${issue.path}:${issue.code}`).join();
}

test('a row becomes clean values by field name', () => {
  const answer = judge(
    [
      { name: 'Course', type: 'text', required: true },
      { name: 'Hours', type: 'number' },
      { name: 'Start', type: 'date', format: 'DD.MM.YYYY' },
      { name: 'Note', type: 'text' },
      { name: 'Level', type: 'choice', choices: ['one', 'two'], default: 'one' },
    ],
    ['Hours', 'email', 'name', 'Course', 'Start', 'Note', 'issue_date', 'expiry_date', 'ignored'],
    [' 12.50 ', 'a@x.org', ' Ana  Diaz ', 'Physics', '29.02.2024', '', '01-02-2026', '', '\0'],
  );
  assert.deepEqual(answer, {
    row: {
      name: 'Ana  Diaz',
      email: 'a@x.org',
      issueDate: '2026-02-01',
      expiryDate: null,
      fields: { Course: 'Physics', Hours: 12.5, Start: '2024-02-29', Level: 'one' },
    },
  });
});

test('all faults of a row come at once, under the headers of the file', () => {
  const answer = judge(
    [
      { name: 'Course', type: 'text', required: true },
      { name: 'Hours', type: 'number', max: 10 },
    ],
    ['NAME', 'Email', 'course', 'HOURS', 'issue_date'],
    ['', 'nobody', ' ', '11', '31-02-2026'],
  );
  assert.deepEqual(answer, {
    issues: [
      { path: 'NAME', code: 'required' },
      { path: 'Email', code: 'not_an_email', params: { value: 'nobody' } },
      { path: 'issue_date', code: 'not_a_date', params: { format: 'DD-MM-YYYY', value: '31-02-2026' } },
      { path: 'course', code: 'required' },
      { path: 'HOURS', code: 'too_large', params: { max: 10, value: '11' } },
    ],
  });
});

test('what a program sent is not taken for a spreadsheet’s: a quote before a sign is part of the text', () => {
  const template = templateWith([{ name: 'Motto', type: 'text' }]);
  const header = ['name', 'email', 'Motto'];
  const planned = planColumns(header, template, names);
  assert.ok('plan' in planned);
  const row = { row: 1, cells: [' Ada ', 'ada@example.com', " '=more "] };
  const motto = (plan: ColumnPlan) => {
    const judged = compileRowSchema(template, plan)(row);
    assert.ok('row' in judged);
    return [judged.row.name, judged.row.fields.Motto];
  };
  assert.deepEqual(motto(planned.plan), ['Ada', '=more']);
  assert.deepEqual(motto({ ...planned.plan, verbatim: true }), ['Ada', "'=more"]);
});

test('a ragged row is one issue, whatever its cells say', () => {
  assert.deepEqual(judge([], ['name', 'email'], ['Ana']), {
    issues: [{ path: 'row', code: 'ragged_row', params: { found: 1, expected: 2 } }],
  });
  assert.deepEqual(judge([], ['name', 'email'], ['', '', '']), {
    issues: [{ path: 'row', code: 'ragged_row', params: { found: 3, expected: 2 } }],
  });
});

test('true names of the world pass, in NFC', () => {
  for (const text of [
    'O’Brien',
    "D'Angelo",
    'Nguyễn Thị Ánh',
    'محمد بن سلمان',
    'आरव शर्मा',
    'กมล',
    '山田 太郎',
    '𠀋田',
    'X Æ A-12',
  ]) {
    assert.equal(name(text), text.normalize('NFC'));
  }
  assert.equal(name('Jose\u0301'), 'José');
  assert.equal(name('\u200fمحمد\u200e'), '\u200fمحمد\u200e');
  assert.equal(name('क्\u200dष'), 'क्\u200dष');
  assert.equal(name('👩\u200d🔬 Ana'), '👩\u200d🔬 Ana');
});

test('names that deceive, break or vanish are refused', () => {
  for (const control of ['\0', '\u0001', '\u001b', '\u007f', '\u0085', '\n', '\t', '\u2028']) {
    assert.equal(name(`A${control}b`), 'Name:control_character', JSON.stringify(control));
  }
  for (const mark of ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069']) {
    assert.equal(name(`A${mark}b`), 'Name:bidi_override');
  }
  for (const half of ['A\ud83d', '\ude00A', 'A\ufffdb']) assert.equal(name(half), 'Name:malformed_text');
  for (const nothing of ['', '   ', '\u00a0\u3000', '\u200b\u200d', '\ufeff', '\u3164'])
    assert.equal(name(nothing), 'Name:required');
});

test('a name has at most 200 characters, counted as people count code points after composition', () => {
  assert.equal(name('😀'.repeat(200)), '😀'.repeat(200));
  assert.equal(name('e\u0301'.repeat(200)), 'é'.repeat(200));
  assert.equal(name('x'.repeat(201)), 'Name:too_long');
});

test('the value in an issue is short and safe to store and to show', () => {
  const answer = judge([], ['name', 'email'], [`\0\u202e\ud800${'x'.repeat(500)}`, 'a@x.org']);
  assert.ok('issues' in answer);
  const params = answer.issues[0]?.params;
  assert.equal(params?.codePoint, 'U+0000');
  assert.equal(params?.value, `\ufffd\ufffd\ufffd${'x'.repeat(197)}`);
});

test('text keeps its line breaks as \\n and its bounds', () => {
  assert.equal(cell({ type: 'text' }, 'a\r\nb\rc\u2028d\te'), 'a\nb\nc\nd\te');
  assert.equal(cell({ type: 'text' }, 'a\u000bb'), 'control_character');
  assert.equal(cell({ type: 'text', maxLength: 3 }, '😀😀😀'), '😀😀😀');
  assert.equal(cell({ type: 'text', maxLength: 3 }, 'abcd'), 'too_long');
  assert.equal(cell({ type: 'text', minLength: 3 }, 'ab'), 'too_short');
  assert.equal(cell({ type: 'text', minLength: 3 }, ''), undefined);
});

test('numbers are plain decimals that can be signed exactly', () => {
  const accepted: [string, number][] = [
    ['0', 0],
    ['-0', 0],
    ['-0.000', 0],
    ['+12.50', 12.5],
    ['007', 7],
    ['.5', 0.5],
    ['0.000001', 0.000001],
    ['-12.50', -12.5],
    ["'-12.50", -12.5],
    ['9007199254740991', 9007199254740991],
    ['0.1000000000000000000', 0.1],
  ];
  for (const [text, value] of accepted) assert.ok(Object.is(cell({ type: 'number' }, text), value), text);
  for (const text of [
    '1,5',
    '1 000',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1.',
    '٣',
    '１',
    '1_000',
    `1${'0'.repeat(400)}`,
  ]) {
    assert.equal(cell({ type: 'number' }, text), 'not_a_number', text);
  }
  for (const text of [
    '0.0000009',
    '-0.0000001',
    `0.${'0'.repeat(400)}1`,
    '12345678901234567890',
    '9007199254740993',
    '0.12345678901234567890',
    `1${'0'.repeat(21)}`,
  ]) {
    assert.equal(cell({ type: 'number' }, text), 'number_unsafe', text);
  }
  assert.equal(cell({ type: 'number', min: 1, max: 5 }, '0.5'), 'too_small');
  assert.equal(cell({ type: 'number', min: 1, max: 5 }, '5.5'), 'too_large');
});

test('an accepted number says exactly the digits that were typed', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
      fc.integer({ min: 0, max: 12 }),
      (digits, scale) => {
        const whole = `${digits < 0n ? -digits : digits}`.padStart(scale + 1, '0');
        const cut = whole.length - scale;
        const text = `${digits < 0n ? '-' : ''}${whole.slice(0, cut)}${scale ? '.' : ''}${whole.slice(cut)}`;
        const value = cell({ type: 'number' }, text);
        if (typeof value !== 'number') return assert.equal(value, 'number_unsafe');
        const shortest = scale ? text.replace(/\.?0+$/, '') : text;
        assert.equal(String(value), shortest === '-0' ? '0' : shortest);
      },
    ),
    { numRuns: 500 },
  );
});

test('dates are real days in the stated form', () => {
  const forms: [string, string, string][] = [
    ['YYYY-MM-DD', '2024-02-29', '2024-02-29'],
    ['DD-MM-YYYY', '31-12-1999', '1999-12-31'],
    ['DD/MM/YYYY', '05/03/2026', '2026-03-05'],
    ['MM/DD/YYYY', '05/03/2026', '2026-05-03'],
    ['DD.MM.YYYY', '05.03.2026', '2026-03-05'],
    ['YYYY/MM/DD', '1000/01/01', '1000-01-01'],
  ];
  for (const [format, text, iso] of forms) assert.equal(cell({ type: 'date', format }, text), iso);
  for (const text of [
    '2023-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-04-31',
    '0999-01-01',
    '26-01-01',
    '2026-1-1',
    '2026/01/01',
    '20260101',
    '2026-01-01T00:00',
    '٢٠٢٦-٠١-٠١',
    '12026-01-01',
  ]) {
    assert.equal(cell({ type: 'date' }, text), 'not_a_date', text);
  }
  assert.equal(cell({ type: 'date', format: 'DD.MM.YYYY' }, '05x03x2026'), 'not_a_date');
  const bounded = { type: 'date', format: 'DD/MM/YYYY', min: '2026-01-01', max: '2026-12-31' };
  assert.equal(cell(bounded, '31/12/2025'), 'too_small');
  assert.equal(cell(bounded, '01/01/2027'), 'too_large');
  assert.equal(cell(bounded, '31/12/2026'), '2026-12-31');
});

test('dates that belong together stand in order', () => {
  const fields = [
    { name: 'Start', type: 'date' },
    { name: 'End', type: 'date', notBefore: 'Start' },
  ];
  const header = ['name', 'email', 'issue_date', 'expiry_date', 'End', 'Start'];
  const row = (...dates: string[]) => {
    const answer = judge(fields, header, ['Ana', 'a@x.org', ...dates]);
    return 'row' in answer ? 'ok' : answer.issues.map((issue) => [issue.path, issue.code, issue.params?.other]);
  };
  assert.equal(row('01-01-2026', '01-01-2027', '2026-05-02', '2026-05-01'), 'ok');
  assert.equal(row('', '01-01-2020', '2026-05-02', ''), 'ok');
  assert.deepEqual(row('02-01-2026', '01-01-2026', '2026-04-30', '2026-05-01'), [
    ['expiry_date', 'date_order', 'issue_date'],
    ['End', 'date_order', 'Start'],
  ]);
});

test('addresses on the web are absolute http or https and hold nothing unsafe', () => {
  for (const text of [
    'https://x.org',
    'http://x.org/a?b=c#d',
    'HTTPS://X.org/%20',
    'https://пример.рф/имя',
    'https://[::1]:8080/',
  ]) {
    assert.equal(cell({ type: 'url' }, text), text);
  }
  for (const text of [
    'x.org',
    '//x.org',
    'ftp://x.org',
    'javascript:alert(1)',
    'data:text/html,x',
    'https:/x.org',
    'https:x.org',
    'https://',
    'https://x .org',
    'https://x.org/a b',
    'https://x.org/<b>',
    'https://x.org/"',
    'https://x.org/\\',
    'https://x.org/{a}',
    'https://x.org/`',
    'https://x.org/|',
    'https://x.org/^',
    'https://x.org:99999/',
    'https://x.org/\u200b',
  ]) {
    assert.equal(cell({ type: 'url' }, text), 'not_a_url', text);
  }
  assert.equal(cell({ type: 'url' }, `https://x.org/${'a'.repeat(2_000)}`), 'too_long');
});

test('a choice is taken exactly', () => {
  const field = { type: 'choice', choices: ['Gold', 'Sølv'] };
  assert.equal(cell(field, ' Sølv'.normalize('NFD')), 'Sølv');
  assert.equal(cell(field, 'gold'), 'not_a_choice');
  const many = { type: 'choice', choices: Array.from({ length: 100 }, (_, at) => `c${at}`) };
  const answer = judge([{ name: 'F', ...many }], ['name', 'email', 'F'], ['Ana', 'a@x.org', 'no']);
  assert.ok('issues' in answer);
  const choices = answer.issues[0]?.params?.choices;
  assert.ok(Array.isArray(choices) && choices.length === 21 && choices.at(-1) === '…');
});

test('a missing value takes its default, or nothing, or is refused', () => {
  assert.equal(cell({ type: 'number', default: 5 }, ''), 5);
  assert.equal(cell({ type: 'text', required: true, default: 'x' }, ' '), 'x');
  assert.equal(cell({ type: 'text' }, ' '), undefined);
  assert.equal(cell({ type: 'email', required: true }, ''), 'required');
  assert.deepEqual(judge([{ name: 'F', type: 'text', default: 'x' }], ['name', 'email'], ['Ana', 'a@x.org']), {
    row: { name: 'Ana', email: 'a@x.org', issueDate: null, expiryDate: null, fields: { F: 'x' } },
  });
});

test('no row, however strange, makes the schema throw or let unsafe text through', () => {
  const fields = [
    { name: 'T', type: 'text' },
    { name: 'N', type: 'number' },
    { name: 'D', type: 'date' },
    { name: 'U', type: 'url' },
  ];
  const template = templateWith(fields);
  const planned = planColumns(['name', 'email', 'T', 'N', 'D', 'U'], template, names);
  assert.ok('plan' in planned);
  const schema = compileRowSchema(template, planned.plan);
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a@x.org', '1', '', "'", '\ud800', '\u202e', '=1'),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 6, maxLength: 6 }), (cells) => {
      const answer = schema({ row: 2, cells });
      const stored = JSON.stringify(answer);
      assert.deepEqual(JSON.parse(stored), answer);
      assert.doesNotMatch(stored, /\\u0000|\\ud[89a-f]|[\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 2_000 },
  );
});

test('what the reader found wrong stands instead of what its cell would say, and beside the faults of other cells', () => {
  const fields = [{ name: 'Course', type: 'text', required: true }];
  const header = ['name', 'email', 'Course'];
  const course: Issue = { path: 'Course', code: 'not_text', params: { value: '[1]' } };
  assert.deepEqual(judge(fields, header, ['Ana', 'a@x.org', '[1]'], [course]), { issues: [course] });
  assert.deepEqual(judge(fields, header, ['', 'a@x.org', ''], [course]), {
    issues: [course, { path: 'name', code: 'required' }],
  });
  const whole: Issue = { path: 'row', code: 'not_an_object' };
  assert.deepEqual(judge(fields, header, ['', '', ''], [whole]), { issues: [whole] });
});
