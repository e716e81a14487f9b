/** `/credential/{id}`: one address for the page, the signed credential, the PDF and the picture, by content negotiation or by path. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import Negotiator from 'negotiator';
import type { App } from '../app.ts';
import type { FieldValue } from '../domain/field.ts';
import { type ViewedCredential, viewCredential } from '../usecases/credentials/view-credential.ts';
import { findPublicItem, readCredential, readDocument, readPreview } from '../usecases/documents/read-document.ts';
import { type CredentialView, renderCredentialPage } from './credential-page.ts';
import { linkedInUrl } from './linkedin.ts';
import { documentHeaders, downloadHeaders, pageHeaders } from './security-headers.ts';

interface WithId {
  Params: { id: string };
}

const credentialType = 'application/vc+ld+json';
/** Best first: what a browser gets, and whoever has no wish. */
const offers = [
  'text/html',
  credentialType,
  'application/vc',
  'application/ld+json',
  'application/json',
  'application/pdf',
  'image/png',
];
const previewWidth = 1_200;

export function registerCredentialRoutes(server: FastifyInstance, app: App): void {
  const sendPage = async (id: string, reply: FastifyReply) =>
    reply.headers(pageHeaders).send(renderCredentialPage(viewOf(app, await viewCredential(app, id))));
  const sendPdf = async (id: string, reply: FastifyReply) => {
    const { item } = await findPublicItem(app, id);
    const disposition = `inline; filename="${item.referenceId}.pdf"`;
    return reply
      .headers(documentHeaders)
      .type('application/pdf')
      .header('content-disposition', disposition)
      .send(await readDocument(app, item));
  };
  const sendCredential = async (id: string, reply: FastifyReply) => {
    const { item } = await findPublicItem(app, id);
    return reply
      .headers(downloadHeaders)
      .header('access-control-allow-origin', '*')
      .header('content-type', credentialType)
      .send(Buffer.from(await readCredential(app, item)));
  };
  const sendPreview = async (id: string, reply: FastifyReply) => {
    const { item } = await findPublicItem(app, id);
    return reply
      .headers(documentHeaders)
      .type('image/png')
      .send(await readPreview(app, item, previewWidth));
  };

  server.get<WithId>('/credential/:id', (request, reply) => {
    reply.header('vary', 'accept');
    const { id } = request.params;
    switch (new Negotiator({ headers: { accept: request.headers.accept } }).mediaType(offers)) {
      case 'application/pdf':
        return sendPdf(id, reply);
      case 'image/png':
        return sendPreview(id, reply);
      case 'text/html':
      case undefined:
        return sendPage(id, reply);
      default:
        return sendCredential(id, reply);
    }
  });
  server.get<WithId>('/credential/:id/document.pdf', (request, reply) => sendPdf(request.params.id, reply));
  server.get<WithId>('/credential/:id/credential.json', (request, reply) => sendCredential(request.params.id, reply));
  server.get<WithId>('/credential/:id/preview.png', (request, reply) => sendPreview(request.params.id, reply));
}

function viewOf(app: App, viewed: ViewedCredential): CredentialView {
  const { item, organization, template, report } = viewed;
  const self = `${app.publicUrl}/credential/${item.id}`;
  const { name, description, criteria } = viewed.achievement;
  const labels = template.fields.filter((field) => Object.hasOwn(item.fields, field.name));
  return {
    id: item.id,
    referenceId: item.referenceId,
    recipientName: item.name,
    achievementName: name,
    achievementDescription: description,
    criteria,
    organizationName: organization.name,
    organizationUrl: organization.url,
    issueDate: item.issueDate,
    expiryDate: item.expiryDate,
    state: viewed.state,
    revokedAt: item.revokedAt?.toISOString(),
    revocationReason: item.revocationReason ?? undefined,
    checkedAt: viewed.checkedAt.toISOString(),
    proof: {
      verdict: report.verdict === 'unchanged' ? 'valid' : report.verdict,
      keyId: report.keyId ?? '',
      issuerDid: (report.keyId ?? '').split('#')[0] as string,
      cryptosuite: 'eddsa-rdfc-2022',
      reasons: report.reasons,
    },
    fields: labels.map(({ name, label = name }) => {
      const value = item.fields[name] as FieldValue;
      return { label, value: typeof value === 'object' ? value : String(value) };
    }),
    links: {
      pdf: `/credential/${item.id}/document.pdf`,
      json: `/credential/${item.id}/credential.json`,
      png: `/credential/${item.id}/preview.png`,
      self,
      linkedIn: linkedInUrl({
        name,
        organizationName: organization.name,
        issueDate: item.issueDate,
        expiryDate: item.expiryDate,
        url: self,
        id: item.referenceId,
      }),
    },
    language: template.language,
  };
}
