/** People who sign: tenants whose template asks for them, and the links in the mails they get. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { readMail } from '../../src/deliver/email/read-mail.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { createMember } from '../../src/usecases/organizations/create-member.ts';
import { createTemplate } from '../../src/usecases/templates/create-template.ts';
import { csv } from './csv-text.ts';
import type { Tenant, TestApp } from './open-test-app.ts';
import { goodRows, header, sampleTemplate } from './sample-template.ts';

const signature = await sharp({ create: { width: 60, height: 20, channels: 4, background: '#20406080' } })
  .png()
  .toBuffer();

export interface Signatory {
  memberId: string;
  email: string;
  /** As a key of theirs would act. */
  actor: Actor;
}

export interface SignedTenant extends Tenant {
  signatories: Signatory[];
}

let people = 0;

export async function addSignatory({ app }: TestApp, organizationId: string, name?: string): Promise<Signatory> {
  const number = ++people;
  const email = `signatory${number}@example.com`;
  const person = { firstName: name ?? 'Sig', lastName: `Natory ${number}`, email, designation: 'Dean', signature };
  const memberId = await createMember(app, organizationId, person);
  return {
    memberId,
    email,
    actor: { organizationId, memberId, scopes: ['*'], test: false, label: `api_key:${memberId}` },
  };
}

/** A tenant whose template so many people sign; each approves automatically if `autoApprove` says so. */
export async function addSignedTenant(
  belt: TestApp,
  autoApprove: boolean[],
  template: Record<string, unknown> = {},
): Promise<SignedTenant> {
  const tenant = await belt.addTenant();
  const signatories: Signatory[] = [];
  for (const _ of autoApprove) signatories.push(await addSignatory(belt, tenant.organizationId));
  const defaults = signatories.map(({ memberId }, at) => ({
    slot: at + 1,
    memberId,
    autoApprove: autoApprove[at] as boolean,
  }));
  const content = { ...sampleTemplate({ signatures: autoApprove.length }), ...template };
  const { id } = await createTemplate(belt.app, tenant.actor, { content, signatories: defaults });
  return { ...tenant, templateId: id, signatories };
}

/** A batch of so many good rows that waits for its signatories. */
export async function waitingBatch(belt: TestApp, tenant: Tenant, rows = 3, more: string[][] = []): Promise<string> {
  const id = await belt.createBatch(tenant, csv([header, ...goodRows(rows), ...more]), { name: 'Spring diplomas' });
  await untilStatus(belt, tenant, id, 'waiting_for_approval');
  return id;
}

export async function untilStatus(belt: TestApp, tenant: Tenant, batchId: string, status: string): Promise<void> {
  for (const deadline = performance.now() + 30_000; ; await sleep(20)) {
    const batch = await getBatch(belt.app, tenant.actor, batchId);
    if (batch.status === status) return;
    if (performance.now() > deadline) throw new Error(`the batch is ${batch.status}, not ${status}`);
  }
}

/** The approval of a place that counts. */
export async function approvalAt(belt: TestApp, batchId: string, slot: number) {
  const [row] = await belt.sql<{ id: string; status: string }>(
    `select id, status from approval where batch_id = $1 and slot = $2 and status <> 'void'`,
    [batchId, slot],
  );
  assert.ok(row, `the batch has no approval for place ${slot}`);
  return row;
}

export interface LinkMail {
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** What stands in the link behind `/approve/`. */
  token: string;
}

/** The mails that ask a signatory for approval, oldest first; waits until there are `count`. */
export async function linkMails(belt: TestApp, email: string, count = 1): Promise<LinkMail[]> {
  for (const deadline = performance.now() + 30_000; ; await sleep(20)) {
    const rows = await belt.sql<{ raw: Buffer }>('select raw from caught_mail where recipient = $1 order by id', [
      email,
    ]);
    if (rows.length >= count) return Promise.all(rows.map(({ raw }) => readLinkMail(raw)));
    if (performance.now() > deadline) throw new Error(`${email} has ${rows.length} mails, not ${count}`);
  }
}

async function readLinkMail(raw: Buffer): Promise<LinkMail> {
  const { subject, text, html, messageId } = await readMail(raw);
  const token = /\/approve\/([\w-]+)/.exec(text)?.[1];
  assert.ok(token, text);
  return { subject, text, html: html ?? '', messageId, token };
}

/** As the page does: looks, then approves what was shown. */
export async function approve({ app }: TestApp, { actor }: Signatory, approvalId: string) {
  const { hash } = await viewApproval(app, actor, approvalId);
  return approveBatch(app, actor, approvalId, hash);
}

/** For `assert.rejects`: the code, and those details. */
export const refusal =
  (code: string, details: Record<string, unknown> = {}) =>
  (error: unknown): true => {
    const thrown = error as { code: string; details: Record<string, unknown> };
    assert.equal(thrown.code, code, String(error));
    for (const [name, value] of Object.entries(details)) assert.deepEqual(thrown.details[name], value, name);
    return true;
  };
