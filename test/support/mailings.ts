/** Accounts and orders of the post, made by hand. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../src/app.ts';
import type { MailingRow } from '../../src/db/mailings.ts';
import type { OrderedJob, OrderFacts, OrderLine } from '../../src/domain/mail-order.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import type { AddressInput } from '../../src/domain/postal-address.ts';
import { createMailing } from '../../src/usecases/mailings/create-mailing.ts';
import { getMailing } from '../../src/usecases/mailings/get-mailing.ts';
import type { HandedInFile } from '../../src/usecases/mailings/keep-document.ts';
import { putDocument } from '../../src/usecases/mailings/put-document.ts';
import { putOrder } from '../../src/usecases/mailings/put-order.ts';
import { submitMailing } from '../../src/usecases/mailings/submit-mailing.ts';
import { letterProduct } from './letter-product.ts';
import type { Tenant, TestApp } from './open-test-app.ts';
import { pageObjects, tablePdf } from './uploaded-pdf.ts';

/** Logged in; staging where `test`. */
export async function addMailAccount(belt: TestApp, tenant: Tenant, options: { test?: boolean } = {}): Promise<Actor> {
  const id = randomUUID();
  const test = options.test ?? false;
  const username = `post-${id.slice(0, 8)}`;
  await belt.sql(
    `insert into mail_account (id, organization_id, username, password_hash, mode) values ($1, $2, $3, 'x', $4)`,
    [id, tenant.organizationId, username, test ? 'test' : 'live'],
  );
  const account = { id, username, returnAddress: null, rateLimit: null };
  return { ...tenant.actor, test, label: `mail_account:${id}`, account };
}

export const fileOf = (bytes: Uint8Array): HandedInFile => ({
  size: bytes.length,
  async *open() {
    yield bytes;
  },
});

export const anywhere = (name: string, more: Partial<AddressInput> = {}): AddressInput => ({
  name,
  organization: '',
  address1: '12 Main St',
  address2: '',
  address3: '',
  city: 'Flint',
  state: 'MI',
  postalCode: '48502',
  country: '',
  ...more,
});

export const factsOf = (lines: readonly OrderLine[]): OrderFacts => ({
  jobs: lines.filter((line) => 'job' in line).length,
  pieces: lines.filter((line) => 'piece' in line).length,
  filename: 'letter.pdf',
  appSignature: '',
  unknown: [],
});

export async function* linesOf(lines: Iterable<OrderLine>): AsyncGenerator<OrderLine> {
  yield* lines;
}

export const jobLine = (more: Partial<OrderedJob> = {}): { job: OrderedJob } => ({
  job: {
    firstPage: 1,
    lastPage: 1,
    terms: { documentClass: 'Letter 8.5 x 11' },
    product: letterProduct(),
    returnAddress: null,
    warnings: [],
    fault: null,
    ...more,
  },
});

export const pieceLine = (name: string, more: Partial<AddressInput> = {}) => ({
  piece: { uniqueId: `id-${name}`, address: anywhere(name, more) },
});

export const documentOf = (pages: number): HandedInFile => fileOf(tablePdf(pageObjects(pages)));

/** Handed in, not submitted; its number. */
export async function handInMailing(
  app: App,
  actor: Actor,
  lines: readonly OrderLine[],
  document: HandedInFile = documentOf(3),
): Promise<number> {
  const { number } = await createMailing(app, actor);
  await putDocument(app, actor, number, document, 'letter.pdf');
  await putOrder(app, actor, number, linesOf(lines), () => factsOf(lines));
  return number;
}

export async function sendMailing(app: App, actor: Actor, lines: readonly OrderLine[], document?: HandedInFile) {
  const number = await handInMailing(app, actor, lines, document);
  await submitMailing(app, actor, number);
  return number;
}

/** Waits until it has come so far. */
export async function untilMailing(
  app: App,
  actor: Actor,
  number: number,
  is: (mailing: MailingRow) => boolean,
): Promise<MailingRow> {
  for (const deadline = performance.now() + 60_000; ; await sleep(20)) {
    const mailing = await getMailing(app, actor, number);
    if (is(mailing)) return mailing;
    if (performance.now() > deadline) throw new Error(`the mailing is still ${mailing.status}: ${mailing.fault}`);
  }
}
