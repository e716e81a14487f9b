/** The organization's members over our own API: who may be named as a signatory, and with which signature. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import { requirePermission } from '../domain/permissions.ts';
import { invalidInput } from '../errors.ts';
import { createOnce } from '../http/create-once.ts';
import { addMember, changeMember, changeSignature } from '../usecases/members/change-member.ts';
import { getMember, listMembers, type MemberSeen } from '../usecases/members/get-member.ts';
import { sendWalletLink } from '../usecases/wallet/send-link.ts';
import { readRange } from './wire.ts';

interface WithId {
  Params: { id: string };
}

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'one line without control characters');

const facts = z.strictObject({
  firstName: line(100),
  lastName: line(100),
  email: line(254),
  phone: line(40)
    .regex(/^\+?[0-9][0-9 ()./-]{3,}$/, 'a phone number')
    .nullable(),
  role: z.enum(['owner', 'admin', 'member']),
  signatoryName: line(200).nullable(),
  signatoryDesignation: line(200).nullable(),
  isArchived: z.boolean(),
  emailVerified: z.boolean(),
  phoneVerified: z.boolean(),
  profile: z.record(z.string(), z.string()),
});
const newMember = facts.partial().required({ firstName: true, lastName: true, email: true });

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join('.') || 'member',
    code: 'invalid' as const,
    params: { reason: message },
  }));
  throw invalidInput('the member is not valid', issues);
}

const memberWire = ({ organizationNumber: _, ...member }: MemberSeen) => member;

export function registerMembers(server: FastifyInstance, app: App): void {
  server.addContentTypeParser('image/png', { parseAs: 'buffer', bodyLimit: 4 * 2 ** 20 }, (_, body, done) =>
    done(null, body),
  );
  server.get('/members', async (request) => {
    const { search } = request.query as { search?: unknown };
    const text = typeof search === 'string' && search !== '' ? search.replaceAll('\0', '') : undefined;
    const { members, total } = await listMembers(app, request.actor, { search: text, ...readRange(request.query) });
    return { members: members.map(memberWire), total };
  });
  server.get<WithId>('/members/:id', async (request) =>
    memberWire(await getMember(app, request.actor, request.params.id)),
  );
  const seen = async (actor: Parameters<typeof getMember>[1], id: string) =>
    memberWire(await getMember(app, { ...actor, scopes: ['users:view'] }, id));
  server.post('/members', async (request, reply) => {
    requirePermission(request.actor, 'users:create');
    const member = read(newMember, request.body);
    return createOnce(app, request, reply, {
      create: (actor) => addMember(app, actor, member),
      answer: (id) => seen(request.actor, id),
    });
  });
  server.patch<WithId>('/members/:id', async (request) => {
    requirePermission(request.actor, 'users:update');
    const id = await changeMember(app, request.actor, request.params.id, read(facts.partial(), request.body));
    return seen(request.actor, id);
  });
  server.post<WithId>('/members/:id/wallet-link', async (request, reply) =>
    reply.code(202).send(await sendWalletLink(app, request.actor, request.params.id)),
  );
  server.put<WithId>('/members/:id/signature', async (request) => {
    requirePermission(request.actor, 'users:update');
    await seen(request.actor, request.params.id);
    if (!Buffer.isBuffer(request.body))
      throw invalidInput('send the picture as image/png', [{ path: 'signature', code: 'required' }]);
    return seen(request.actor, await changeSignature(app, request.actor, request.params.id, request.body));
  });
  server.delete<WithId>('/members/:id/signature', async (request) =>
    seen(request.actor, await changeSignature(app, request.actor, request.params.id, null)),
  );
}
