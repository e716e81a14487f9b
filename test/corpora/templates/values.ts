/** What other engines would run, in a template's words and in a row's values: everything is text, and nothing is fetched. */

import assert from 'node:assert/strict';
import { composeCertificateMail } from '../../../src/deliver/email/compose.ts';
import { fillText, parseTemplate, type Template } from '../../../src/domain/template.ts';
import type { Entry, Table } from '../run-table.ts';

const base = {
  format: 'chancery-template/1',
  name: 'T',
  language: 'en',
  page: { width: 100, height: 100 },
  fields: [{ type: 'text', name: 'Note' }],
  achievement: { name: 'T', description: 'T', criteria: 'T' },
};
const withText = (text: string) => ({
  ...base,
  elements: [{ type: 'text', x: 0, y: 0, width: 50, height: 10, size: 10, text }],
});

const names = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'constructor.constructor',
  'this',
  'process.env',
  'Note.length',
  'Note.constructor',
  '#each Note',
  '#if Note',
  '/if',
  '>partial',
  '!comment',
  '&Note',
  '{Note}',
  'Note|upper',
  'Note()',
  '7*7',
  "'a'+'b'",
  'require("fs")',
  'lookup this',
  'Note[0]',
  '@root',
  '../Note',
  'note',
  '',
];
const taken = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: another engine's expression
  '${7*7}',
  '<%= 7*7 %>',
  '#{7*7}',
  '{%25 if 1 %25}',
  '{7*7}',
  '[[7*7]]',
  '@(7*7)',
  '$(id)',
  '`id`',
  '%{7*7}',
  '{{Note',
  'Note}}',
  '{ {Note}}',
  '<script>alert(1)</script>',
  '&lt;b&gt;',
  '\\u007b\\u007bNote',
  '{{ Note }}',
  '{{Note}}{{Note}}',
  '{{\tNote\n}}',
];

/** `{{…}}` of an unknown name is refused when the template is handed in, so that nothing is ever silently empty. */
const unknown: Entry<unknown, unknown>[] = names.map((name) => ({
  name: `{{${name}}}`,
  input: withText(`a {{${name}}} b`),
  judge(outcome) {
    const { issues } = (outcome as { output: { issues?: { path: string }[] } }).output;
    // Braces within braces are no placeholder at all.
    if (name.includes('{')) return;
    assert.equal(issues?.[0]?.path, 'elements.0.text', JSON.stringify(issues));
  },
}));

export const placeholders: Table<unknown, unknown> = {
  name: 'templates: placeholders that are none',
  from: 'written for this project, after the expression languages of the usual template engines',
  feed: (input) => parseTemplate(input),
  entries: [
    ...unknown,
    ...taken.map(
      (text): Entry<unknown, unknown> => ({
        name: text,
        input: withText(text),
        judge(outcome) {
          assert.ok('template' in (outcome as { output: object }).output, JSON.stringify(outcome));
        },
      }),
    ),
    ...['10 MB of text', 'a text of 5,001'].map(
      (name, at): Entry<unknown, unknown> => ({
        name,
        make: () => withText('x'.repeat(at === 0 ? 10_000_000 : 5_001)),
        judge(outcome) {
          assert.ok('issues' in (outcome as { output: object }).output);
        },
      }),
    ),
    ...[
      'https://canary.example/a.png',
      'file:///etc/passwd',
      'data:image/png;base64,AAAA',
      '../../etc/passwd',
      '__proto__',
    ].map(
      (asset): Entry<unknown, unknown> => ({
        name: `a picture at ${asset}`,
        input: { ...base, elements: [{ type: 'image', x: 0, y: 0, width: 1, height: 1, asset }] },
        judge(outcome) {
          assert.ok('issues' in (outcome as { output: object }).output);
        },
      }),
    ),
    ...['src', 'href', 'url', 'onload', 'style', 'script', '$ref', '@import', '__proto__x'].map(
      (key): Entry<unknown, unknown> => ({
        name: `an element with ${key}`,
        input: {
          ...base,
          elements: [{ type: 'rectangle', x: 0, y: 0, width: 1, height: 1, [key]: 'file:///etc/passwd' }],
        },
        judge(outcome) {
          assert.ok('issues' in (outcome as { output: object }).output);
        },
      }),
    ),
  ],
};

const template = parseTemplate(withText('{{Note}}'));
assert.ok('template' in template);
const mail: Template['mail'] = {
  subject: '{{Note}}',
  greeting: 'Dear {{name}}',
  body: '{{Note}} {{name}}',
  attachPdf: false,
};

/** A row's value in the words of a mail: the second reading of placeholders and the markup are what would hurt. */
const values = [
  '{{email}}',
  '{{name}}{{Note}}',
  '{{constructor}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: another engine's expression
  '${7*7}',
  '<%= 7*7 %>',
  '$&',
  '$1',
  '$$',
  '$`',
  '<b>x</b>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '&amp;&lt;',
  '&#60;b&#62;',
  '<!--',
  ']]>',
  '</bdi></p><a href=//x>',
  'javascript:alert(1)',
  '<a href="https://canary.example">',
  '\u2028</script>',
];

export const mailValues: Table<string, { subject: string; text: string; html: string }> = {
  name: 'templates: values in the words of a mail',
  from: 'written for this project',
  feed: (value) =>
    composeCertificateMail({
      template: { ...template.template, mail },
      values: {
        name: value,
        Note: value,
        email: 'canary@example.org',
        issue_date: '',
        expiry_date: '',
        reference_id: 'R',
        credential_id: 'C',
        verification_url: 'https://x.example/',
        organization_name: 'O',
      },
      organizationName: 'O',
      verificationUrl: 'https://x.example/',
      language: 'en',
    }),
  entries: values.map((value) => ({
    name: value,
    input: value,
    judge(outcome) {
      assert.ok('output' in outcome);
      const { html, text } = outcome.output;
      assert.ok(text.includes(value.replaceAll('\u2028', ' ')) || text.includes(value), 'the text is changed');
      assert.doesNotMatch(html, /<(script|img|b>|!--)|on(error|mouseover)\s*=\s*['"]?alert[^&]*>/);
      assert.doesNotMatch(html, /canary@example\.org/);
      assert.doesNotMatch(html, /href="(javascript|\/\/|https:\/\/canary)/);
    },
  })),
};

export const filling: Table<string, string> = {
  name: 'templates: a value is never read as a template',
  from: 'written for this project',
  feed: (value) => fillText('<{{Note}}>', { Note: value, email: 'canary' }),
  entries: [...new Set([...values, ...names.map((name) => `{{${name}}}`)])].map((value) => ({
    name: value,
    input: value,
    gives: `<${value}>`,
  })),
};
