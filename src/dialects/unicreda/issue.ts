/** UniCreda's issuing: one recipient at once, several as a job. */

import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { Issue } from '../../domain/issue.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { createOnce } from '../../http/create-once.ts';
import { type BatchOptions, readBatchOptions } from '../../http/read-batch-options.ts';
import { type ReceivedBody, receiveBody } from '../../http/receive-body.ts';
import type { RowSource } from '../../usecases/batches/batch-source.ts';
import { createBatch, type NewBatch } from '../../usecases/batches/create-batch.ts';
import { jsonSource, onlyRow } from '../../usecases/batches/json-source.ts';
import { rehearseBatch } from '../../usecases/batches/rehearse-batch.ts';
import { issueNow } from '../../usecases/credentials/issue-now.ts';
import { type IssueBody, listKey, readIssueBody } from './issue-body.ts';
import { issuedWire, jobWire, refusedWire, rehearsalWire } from './issue-wire.ts';
import { languageOf } from './language.ts';
import { recipientCells } from './recipient-cells.ts';
import { recipientFields, recipientPlan } from './recipient-fields.ts';

interface Call extends IssueBody, BatchOptions {
  received: ReceivedBody;
}

/** `server` is a scope of this route alone: bodies of any size are left to it unread. */
export function registerIssue(server: FastifyInstance, app: App): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i, (_, __, done) => done(null));
  const folder = join(app.config.dataDirectory, 'uploads');
  // Asked here too, so that nobody sends a thousand recipients for nothing.
  const mayCreate = async (request: FastifyRequest) => requirePermission(request.actor, 'batches:create');
  server.post('/credentials/issue', { onRequest: mayCreate }, async (request, reply) => {
    const options = readBatchOptions(request);
    await using received = await receiveBody(request, folder, app.config.MAX_UPLOAD_MB * 2 ** 20);
    const call: Call = { received, ...options, ...(await readIssueBody(received)) };
    const language = languageOf(request.headers);
    if (call.dryRun) return rehearsalWire(await rehearse(app, request.actor, call), language);
    const creation = {
      create: (actor: Actor) => issue(app, actor, call),
      answer: (made: Made) => wire(app, call, made),
    };
    // Awaited here: what was received is gone when this ends.
    return await createOnce(app, request, reply, { status: 200, received, ...creation }).catch((error: unknown) =>
      reply.code(200).send(refusedWire(call.email, issuesOfRecipient(error), language)),
    );
  });
}

/** A job's id, or what was issued at once. */
type Made = string | { issued: { id: string } };

/** A row that is to be looked at for duplicates, or to be approved by people, waits as any row does. */
async function issue(app: App, actor: Actor, call: Call): Promise<Made> {
  if (call.recipients > 1 || call.duplicates !== 'allow') return createBatch(app, actor, batchOf(app, actor, call));
  const { templateId, name } = call;
  const outcome = await issueNow(app, actor, { templateId, name, ...onlyRow(sourceOf(app, actor, call)) });
  if ('issued' in outcome) return outcome;
  if ('refused' in outcome) throw recipientFault(outcome.refused);
  return createBatch(app, actor, batchOf(app, actor, call));
}

const rehearse = (app: App, actor: Actor, call: Call) => rehearseBatch(app, actor, batchOf(app, actor, call));

const wire = ({ publicUrl }: App, { email, recipients }: Call, made: Made) =>
  typeof made === 'string' ? jobWire(made, recipients) : issuedWire(email, made.issued.id, publicUrl);

/** Thrown, so that nothing counts as created; told with 200, as UniCreda tells it. */
const recipientFault = (issues: Issue[]) => invalidInput('the recipient cannot be issued', issues, { recipient: true });

/** Throws everything else on. */
function issuesOfRecipient(error: unknown): Issue[] {
  if (error instanceof ChanceryError && error.details.recipient === true) return error.issues;
  throw error;
}

function batchOf(app: App, actor: Actor, call: Call): NewBatch {
  const { templateId, recipients, duplicates } = call;
  const name = call.name ?? `API ${new Date().toISOString().slice(0, 16).replace('T', ' ')} (${recipients})`;
  return { name, templateId, duplicates, source: sourceOf(app, actor, call) };
}

function sourceOf(app: App, actor: Actor, { received }: Call): RowSource {
  return jsonSource(app, actor, {
    body: received.open,
    key: listKey,
    shapeFor(template) {
      const fields = recipientFields(template);
      return { plan: recipientPlan(template), cellsOf: (recipient) => recipientCells(fields, recipient) };
    },
  });
}
