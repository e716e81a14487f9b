/** The messages that webhook endpoints get, for the document: VEC's six, and ours in the same style. */

import { z } from 'zod';
import { type WebhookEvent, webhookEvents } from '../../../domain/webhook-event.ts';
import { integer, said, url, uuid } from './schemas.ts';

const time = z.iso.datetime().meta({ examples: ['2026-06-04T10:30:00Z'] });

const common = {
  webhook_id: said(uuid, 'The endpoint, not the message'),
  timestamp: said(time, 'When it happened'),
};

const application = {
  application_id: integer.nullable(),
  uuid,
  certificate_title: z.string().nullable(),
  applicant_email: z.string().nullable(),
};

const batch = {
  batch_id: uuid,
  name: z.string(),
  status: z.string(),
  template_id: uuid,
  total_certificates: integer,
  processed_certificates: integer,
  failed_certificates: integer,
  progress: z.number(),
  completion_date: time.nullable(),
  created_at: time,
};

const certificate = {
  certificate_id: uuid,
  reference_id: z.string(),
  batch_id: uuid,
  row: integer,
  name: z.string(),
  email: z.string(),
  status: z.string(),
  issue_date: z.iso.date(),
  generated_at: time.nullable(),
  verification_url: url.nullable(),
};

const ofCategory: Record<string, z.ZodRawShape> = { certificate_application: application, batch, certificate };

/** What only one event says. */
const more: Partial<Record<WebhookEvent, z.ZodRawShape>> = {
  'certificate_application.created': { source: z.string().nullable(), trigger_context: z.string().nullable() },
  'certificate.failed': {
    errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })),
  },
  'certificate.revoked': { revoked_at: time.nullable(), reason: z.string().nullable() },
  'webhook.test': { message: z.string() },
};

export function messageSchema(event: WebhookEvent): z.ZodObject {
  const category = event.split('.')[0] as string;
  return z.object({ event: z.literal(event), ...common, ...ofCategory[category], ...more[event] });
}

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

const headers = [
  header('X-Webhook-Signature', 'HMAC-SHA256 of the raw body under the endpoint’s secret, lower-case hexadecimal'),
  header('X-Webhook-Event', 'The event'),
  header('X-Webhook-ID', 'The endpoint'),
  header('X-Webhook-Timestamp', 'When it was sent, ISO 8601'),
  header('webhook-id', 'The message; the same when it is sent again (Standard Webhooks)'),
  header('webhook-timestamp', 'When it was sent, Unix seconds (Standard Webhooks)'),
  header('webhook-signature', 'v1,<base64 HMAC-SHA256 of id.timestamp.body> (Standard Webhooks)'),
];

/** The `webhooks` part of an OpenAPI 3.1 document. */
export function webhooksPart(schemaOf: (schema: z.ZodType) => Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(webhookEvents).map(([event, description]) => [
      event,
      {
        post: {
          summary: description.replace(/\.$/, ''),
          parameters: headers,
          requestBody: { content: { 'application/json': { schema: schemaOf(messageSchema(event as WebhookEvent)) } } },
          responses: { '2XX': { description: 'Received; anything else is tried again' } },
        },
      },
    ]),
  );
}
