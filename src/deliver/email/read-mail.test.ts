/** A stored mail is read back as it was composed, and a broken or strange one is read without failing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeMime } from './mime.ts';
import { readMail } from './read-mail.ts';

test('a composed mail reads back as it was', async () => {
  const content = Uint8Array.from({ length: 999 }, (_, at) => at % 256);
  const raw = await composeMime({
    messageId: '<a.email.1@chancery.example>',
    to: { name: 'Łukasz "Ł" Żak', address: 'lukasz@example.org' },
    from: { name: '学院, 東京', address: 'office@example.jp' },
    subject: '証明書 — certificate ✓',
    text: 'line one\nline two \nदेवनागरी\n',
    html: '<p>x</p>',
    attachments: [{ filename: 'My certificate (1).pdf', contentType: 'application/pdf', content }],
    date: new Date('2026-01-10T09:00:00Z'),
  });
  const mail = await readMail(raw);
  assert.equal(mail.from, '学院, 東京 <office@example.jp>');
  assert.equal(mail.to, 'Łukasz "Ł" Żak <lukasz@example.org>');
  assert.equal(mail.subject, '証明書 — certificate ✓');
  assert.equal(mail.text.replace(/\n+$/, '\n'), 'line one\nline two \nदेवनागरी\n');
  assert.deepEqual(mail.attachments, [{ filename: 'My certificate (1).pdf', contentType: 'application/pdf', content }]);
});

test('mail from elsewhere is read as far as it goes', async () => {
  const read = (text: string) => readMail(Buffer.from(text, 'latin1'));
  assert.deepEqual(await read(''), {
    from: '',
    to: '',
    subject: '',
    messageId: '',
    text: '',
    html: null,
    attachments: [],
  });
  assert.equal((await read('no header at all\xff\xfe\r\n\r\nx')).html, null);
  const group = await read('To: Team: a@x.example, B <b@x.example>;, c@x.example\r\nSubject: =?bad?Z?x?=\r\n\r\nhello');
  assert.equal(group.to, 'Team: a@x.example, B <b@x.example>;, c@x.example');
  assert.equal(group.text.trim(), 'hello');
  const open = await read(
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhalf',
  );
  assert.equal(open.text.trim(), 'half');
});
