/** What webhooks tell: the closed table of published events, which of our events each comes from, and the body of each message. */

import { describeIssue, type Issue } from './issue.ts';

/** Published names with their meaning; `docs/webhooks.md` shows a sample of each. */
export const webhookEvents = {
  'certificate_application.created': 'A document was handed in to the vault.',
  'certificate_application.processing': 'It is being checked and stamped.',
  'certificate_application.approved': 'It was verified and issued.',
  'certificate_application.rejected': 'It was looked at and refused.',
  'certificate_application.failed': 'It could not be processed.',
  'certificate_application.retried': 'It is processed again.',
  'batch.created': 'A batch was handed in and is durable.',
  'batch.waiting_for_approval': 'All its rows are checked; signatories are asked.',
  'batch.processing': 'Its certificates are being made, for the first time or again.',
  'batch.completed': 'Every certificate was issued.',
  'batch.partially_completed': 'Some certificates were issued, some failed.',
  'batch.failed': 'No certificate was issued, or the batch was cancelled.',
  'certificate.generated': 'A certificate was issued.',
  'certificate.failed': 'A row was refused, or its certificate could not be made.',
  'certificate.revoked': 'A certificate was withdrawn.',
  'webhook.test': 'Somebody asked for a test; it comes to its endpoint whatever that subscribes to.',
} as const;

export type WebhookEvent = keyof typeof webhookEvents;

/** Kinds of our audit trail -> published name. What is not here is told to nobody. */
const publishedAs: Record<string, WebhookEvent> = {
  'vault.created': 'certificate_application.created',
  'vault.processing': 'certificate_application.processing',
  'vault.approved': 'certificate_application.approved',
  'vault.rejected': 'certificate_application.rejected',
  'vault.failed': 'certificate_application.failed',
  'vault.retried': 'certificate_application.retried',
  'batch.created': 'batch.created',
  'batch.waiting_for_approval': 'batch.waiting_for_approval',
  'batch.processing': 'batch.processing',
  'batch.completed': 'batch.completed',
  'batch.partially_completed': 'batch.partially_completed',
  'batch.failed': 'batch.failed',
  'batch.cancelled': 'batch.failed',
  'item.rejected': 'certificate.failed',
  'item.revoked': 'certificate.revoked',
};

export function publishedEvent(kind: string): WebhookEvent | undefined {
  return Object.hasOwn(publishedAs, kind) ? publishedAs[kind] : undefined;
}

/** Everything an endpoint may subscribe to by which it gets this event: `*`, its category, its name. */
export function subscriptionsTo(event: WebhookEvent): string[] {
  return ['*', `${event.split('.')[0]}.*`, event];
}

export function isSubscription(text: string): boolean {
  return (Object.keys(webhookEvents) as WebhookEvent[]).some((event) => subscriptionsTo(event).includes(text));
}

/** The message as it is signed and sent. `at` is `YYYY-MM-DDTHH:mm:ssZ`. */
export function webhookPayload(event: WebhookEvent, endpointId: string, at: string, body: object): string {
  return JSON.stringify({ event, webhook_id: endpointId, timestamp: at, ...body });
}

/** VEC's own fields, in its order; only the first event says where the application came from. */
export function applicationBody(event: WebhookEvent, uuid: string, data: Record<string, unknown>): object {
  return {
    application_id: data.number ?? null,
    uuid,
    certificate_title: data.title ?? null,
    applicant_email: data.email ?? null,
    ...(event === 'certificate_application.created' && {
      source: data.source ?? null,
      trigger_context: data.trigger ?? null,
    }),
  };
}

export interface BatchNews {
  id: string;
  name: string;
  templateId: string;
  total: number;
  issued: number;
  failed: number;
  createdAt: Date;
}

const batchStatus: Partial<Record<WebhookEvent, string>> = { 'batch.created': 'pending' };

/** A batch as the VEC door shows it, in the status that the event names. */
export function batchBody(event: WebhookEvent, at: string, batch: BatchNews): object {
  const isOver = /completed|failed/.test(event);
  const done = batch.issued + batch.failed;
  return {
    batch_id: batch.id,
    name: batch.name,
    status: batchStatus[event] ?? event.slice('batch.'.length),
    template_id: batch.templateId,
    total_certificates: batch.total,
    processed_certificates: batch.issued,
    failed_certificates: batch.failed,
    progress: batch.total === 0 ? 0 : Math.round((done / batch.total) * 10_000) / 100,
    completion_date: isOver ? at : null,
    created_at: seconds(batch.createdAt),
  };
}

export interface CertificateNews {
  id: string;
  referenceId: string;
  batchId: string;
  rowNumber: number;
  name: string;
  email: string;
  issueDate: string;
  issues: Issue[] | null;
  issuedAt: Date | null;
  revokedAt: Date | null;
  revocationReason: string | null;
  publicUrl: string;
  hidden: boolean;
}

/** Ten issues of a row explain enough; a message stays below 20 kB. */
const issuesShown = 10;

/** A certificate as the VEC door shows it, with what the event is about: why it failed, or why it was revoked. */
export function certificateBody(event: WebhookEvent, item: CertificateNews): object {
  const isOpen = item.issuedAt !== null && !item.hidden;
  return {
    certificate_id: item.id,
    reference_id: item.referenceId,
    batch_id: item.batchId,
    row: item.rowNumber,
    name: item.name.slice(0, 500),
    email: item.email.slice(0, 500),
    status: event.slice('certificate.'.length),
    issue_date: item.issueDate,
    generated_at: item.issuedAt && seconds(item.issuedAt),
    verification_url: isOpen ? `${item.publicUrl}/credential/${item.id}` : null,
    ...(event === 'certificate.failed' && {
      errors: (item.issues ?? []).slice(0, issuesShown).map((issue) => ({
        field: issue.path,
        code: issue.code,
        message: describeIssue(issue).slice(0, 500),
      })),
    }),
    ...(event === 'certificate.revoked' && {
      revoked_at: item.revokedAt && seconds(item.revokedAt),
      reason: item.revocationReason,
    }),
  };
}

const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
