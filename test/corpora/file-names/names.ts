/** Names of files that climb, hide, break lines or are none, and what is kept of each. */

import { filenameOf } from '../../../src/dialects/click2mail/filename.ts';
import { cleanFileName } from '../../../src/domain/file-name.ts';
import type { Table } from '../run-table.ts';

const from = 'written for this project, after CWE-22, RFC 6266, RFC 8187 and the names that Windows keeps for itself';

/** By what is kept. */
export const names: [sent: string, kept: string][] = [
  ['diploma.pdf', 'diploma.pdf'],
  ['../../../../etc/passwd', 'passwd'],
  ['..\\..\\windows\\win.ini', 'win.ini'],
  ['/etc/cron.d/x', 'x'],
  ['C:\\a\\b.pdf', 'b.pdf'],
  ['\\\\server\\share\\c.pdf', 'c.pdf'],
  ['a/b\r\n../../c.pdf', 'c.pdf'],
  ['a\n../../b', 'b'],
  ['folder/', ''],
  ['..', '..'],
  ['.', '.'],
  ['', ''],
  ['....//....//x', 'x'],
  ['%2e%2e%2f%2e%2e%2fx', '%2e%2e%2f%2e%2e%2fx'],
  ['..%c0%afx', '..%c0%afx'],
  ['a\0.pdf', 'a_.pdf'],
  ['a\r\nSet-Cookie: x=1.pdf', 'a__Set-Cookie: x=1.pdf'],
  ['a\u2028b\u2029c', 'a_b_c'],
  ['a\u0085b\u007fc', 'a_b_c'],
  ['CON', 'CON'],
  ['aux.pdf', 'aux.pdf'],
  ['nul:', 'nul:'],
  ['a.pdf::$DATA', 'a.pdf::$DATA'],
  ['-rf', '-rf'],
  ['$(reboot).pdf', '$(reboot).pdf'],
  ['"; filename="evil.exe', '"; filename="evil.exe'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['\u2066a\u2069', '_a_'],
  ['شهادة.pdf', 'شهادة.pdf'],
  ['🎓.pdf', '🎓.pdf'],
  ['a'.repeat(300), 'a'.repeat(255)],
  [`${'a'.repeat(254)}🎓.pdf`, 'a'.repeat(254)],
  ['\ud800x', '\ufffdx'],
];

export const kept: Table<string, string> = {
  name: 'file names: what is kept',
  from,
  feed: cleanFileName,
  entries: names.map(([sent, gives]) => ({ name: JSON.stringify(sent), input: sent, gives })),
};

/** A header as Node hands it over, Latin-1; the name is cleaned afterwards. */
const headers: [header: string | undefined, name: string][] = [
  [undefined, ''],
  ['', ''],
  ['attachment', ''],
  ['attachment; filename', ''],
  ['attachment; filename=a.pdf', 'a.pdf'],
  ['attachment; filename="a b.pdf"', 'a b.pdf'],
  ['attachment; FILENAME = "a.pdf"', 'a.pdf'],
  ['attachment; filename="a\\"b.pdf"', 'a"b.pdf'],
  ['attachment; filename="../../a.pdf"', 'a.pdf'],
  ['attachment; filename="..\\\\..\\\\a.pdf"', 'a.pdf'],
  ['attachment; filename="a.pdf', ''],
  ["attachment; filename*=UTF-8''%e2%82%ac.pdf", '€.pdf'],
  ['attachment; filename="plain.pdf"; filename*=UTF-8\'\'better.pdf', 'better.pdf'],
  ["attachment; filename*=UTF-8'en'..%2F..%2Fa.pdf", 'a.pdf'],
  ["attachment; filename*=UTF-8''a%0d%0aSet-Cookie:x", 'a__Set-Cookie:x'],
  ["attachment; filename*=UTF-8''a%00b", 'a_b'],
  ["attachment; filename*=UTF-8''%ff%fe", '%ff%fe'],
  ["attachment; filename*=UTF-8''%zz", '%zz'],
  [`attachment; filename="${Buffer.from('ü.pdf').toString('latin1')}"`, 'ü.pdf'],
  ['attachment; filename="\xfc.pdf"', 'ü.pdf'],
  [`attachment; filename="${'a'.repeat(300)}"`, 'a'.repeat(255)],
  [`attachment; filename="${'\\'.repeat(100_000)}`, ''],
  [`attachment; ${'filename = '.repeat(10_000)}`, 'filename'],
];

export const dispositions: Table<string | undefined, string> = {
  name: 'file names: Content-Disposition of what is sent as it is',
  from,
  feed: (header) => cleanFileName(filenameOf(header)),
  entries: headers.map(([input, gives], at) => ({ name: `${at}: ${input?.slice(0, 60)}`, input, gives })),
};
