/** Shapes that the whole Click2Mail door shares. */

import type { FastifyReply } from 'fastify';
import { writeXml, type XmlElement, xmlType } from './xml-writer.ts';

/** Everything but a document: also what is read is answered with 201, which existing clients insist on. */
export function sendXml(reply: FastifyReply, status: number, root: XmlElement): FastifyReply {
  return reply.code(status).type(xmlType).send(writeXml(root));
}

/** What says everything by its number. */
export function sendNothing(reply: FastifyReply): FastifyReply {
  return reply.code(200).send();
}

/** An error, or the outcome of a call: MOLPRO's clients look for `status`, where 9 is an error, and for `description`. */
export function statusElement(root: string, status: number, description: string): XmlElement {
  return [
    root,
    [
      ['status', status],
      ['description', description],
    ],
  ];
}

/** Minutes by which New York is behind UTC then, negative. */
function easternOffset(at: Date): number {
  const name = eastern.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT-05:00';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const eastern = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });

function easternParts(at: Date): { local: string; offset: string } {
  const minutes = easternOffset(at);
  const local = new Date(at.getTime() + minutes * 60_000).toISOString();
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  return { local, offset: `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}` };
}

/** `2022-04-18T10:52:30-04:00`, the clock of New York. */
export function timestamp(at: Date): string {
  const { local, offset } = easternParts(at);
  return `${local.slice(0, 19)}${offset}`;
}

/** `2022-04-18 10:52:30.0`, the clock of New York: of an event in tracking. */
export function eventTime(at: Date): string {
  return `${easternParts(at).local.slice(0, 19).replace('T', ' ')}.0`;
}

/** `2022-04-18` in New York. */
export function day(at: Date): string {
  return easternParts(at).local.slice(0, 10);
}
