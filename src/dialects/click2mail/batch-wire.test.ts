/** What is told of a job in the status of its batch. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { MailJobRow } from '../../db/mail-jobs.ts';
import type { MailingRow } from '../../db/mailings.ts';
import { batchjobElement } from './batch-wire.ts';
import { writeXml } from './xml-writer.ts';

const mailing = { createdAt: new Date(0), number: 1, completedAt: null, fault: null } as unknown as MailingRow;
const job = (more: Partial<MailJobRow>) =>
  ({ number: 2, index: 0, status: 'mailed', total: 3, failed: 0, warnings: [], fault: null, ...more }) as MailJobRow;
const told = (more: Partial<MailJobRow>) =>
  [...writeXml(batchjobElement(mailing, [job(more)])).matchAll(/<warning>(.*)<\/warning>/g)].map(([, text]) => text);

test('recipients who are left out are told, where their job goes on', () => {
  assert.deepEqual(told({}), []);
  assert.deepEqual(told({ failed: 1 }), ['1 of 3 recipients cannot be mailed to and is left out, at no cost.']);
  assert.deepEqual(told({ failed: 2 }), ['2 of 3 recipients cannot be mailed to and are left out, at no cost.']);
  assert.deepEqual(told({ status: 'failed', failed: 3, fault: 'All of them.' }), []);
});
