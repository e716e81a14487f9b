/** The files behind VEC's addresses, public by the certificate's unguessable id or by a name that is unguessable itself. */

import { toSVG } from 'bwip-js/node';
import type { FastifyInstance } from 'fastify';
import { renderSVG } from 'uqr';
import type { App } from '../../app.ts';
import { notFound } from '../../errors.ts';
import { findPublicItem, readDocument, readPreview } from '../../usecases/documents/read-document.ts';
import { readAvatar, readSignatureFile } from '../../usecases/members/member-files.ts';
import { readScreenshot } from '../../usecases/templates/screenshot.ts';

/** They stand beside the pages, in the same origin: nothing in them runs, frames or is indexed. Other sites may show the pictures. */
const fenced = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, noarchive',
};

/** `server` is a scope of its own. */
export function registerStorage(server: FastifyInstance, app: App): void {
  server.addHook('onRequest', async (_, reply) => void reply.headers(fenced));
  server.get<{ Params: { id: string; file: string } }>('/certificates/:id/:file', async (request, reply) => {
    const match = /^(certificate|qr_code|barcode)_\d{1,12}\.(pdf|png|svg)$/.exec(request.params.file);
    const { item } = await findPublicItem(app, request.params.id);
    reply.header('cache-control', 'private, max-age=300');
    switch (match && `${match[1]}.${match[2]}`) {
      case 'certificate.pdf':
        // A browser's own viewer draws it, which a stricter policy would keep from its styles and pictures.
        reply.header('content-security-policy', "frame-ancestors 'none'");
        return reply.type('application/pdf').send(await readDocument(app, item));
      case 'certificate.png':
        return reply.type('image/png').send(await readPreview(app, item, 1_200));
      case 'qr_code.svg':
        return reply.type('image/svg+xml').send(renderSVG(`${app.publicUrl}/credential/${item.id}`));
      case 'barcode.svg':
        return reply.type('image/svg+xml').send(toSVG({ bcid: 'code128', text: item.referenceId, height: 12 }));
      default:
        throw notFound('file', request.params.file);
    }
  });

  // By names that nobody guesses; a changed signature has a new one.
  const pictures = { certificate_templates: readScreenshot, signatures: readSignatureFile, avatars: readAvatar };
  for (const [folder, read] of Object.entries(pictures)) {
    server.get<{ Params: { file: string } }>(`/${folder}/:file`, async (request, reply) => {
      const name = /^(?:avatar_)?([0-9a-f]{64})(?:_\d{1,12})?\.png$/.exec(request.params.file)?.[1];
      if (!name) throw notFound('file', request.params.file);
      const png = await read(app, name);
      return reply.type('image/png').header('cache-control', 'private, max-age=300').send(png);
    });
  }
}
