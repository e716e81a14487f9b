/** A mail server on this machine that keeps every mail it takes, and misbehaves as a test says: at a step, for a recipient, after so many mails. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type SmtpStep = 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'dot' | 'RSET' | 'QUIT';

/** What is answered at a step: a reply, silence, a cut line, or a reply one byte at a time. With `take` at the final dot the mail is kept all the same. */
export type SmtpAnswer =
  | string
  | { cut: true; take?: true }
  | { silent: true; take?: true }
  | { trickle: string; take?: true }
  /** Given when the promise is settled. */
  | { late: Promise<unknown>; reply: string };

export interface SmtpMoment {
  /** From 1. */
  connection: number;
  /** Of the mail within the connection, from 1. */
  nth: number;
  /** From RCPT on. */
  recipient: string;
}

/** Undefined: the usual answer. */
export type SmtpScript = Partial<Record<SmtpStep, SmtpAnswer | ((moment: SmtpMoment) => SmtpAnswer | undefined)>>;

const usual: Record<SmtpStep, string> = {
  greeting: '220 relay.example ESMTP',
  EHLO: '250-relay.example\r\n250 8BITMIME',
  MAIL: '250 sender ok',
  RCPT: '250 recipient ok',
  DATA: '354 go on',
  dot: '250 queued',
  RSET: '250 reset',
  QUIT: '221 bye',
};

export interface TakenMail {
  recipient: string;
  messageId: string;
  /** As it came, in latin1, without the dots of dot-stuffing taken out. */
  text: string;
}

export class SmtpSink implements AsyncDisposable {
  url = '';
  /** May be exchanged at any time. */
  script: SmtpScript;
  readonly mails: TakenMail[] = [];
  /** Command lines of all connections as they came. */
  readonly commands: string[] = [];
  connections = 0;
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  constructor(script: SmtpScript) {
    this.script = script;
  }

  /** Addresses in the order in which their mails came. */
  get recipients(): string[] {
    return this.mails.map(({ recipient }) => recipient);
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `smtp://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
    return this;
  }

  /** Waits until so many mails were taken, or throws after the deadline. */
  async until(count: number, seconds = 60): Promise<void> {
    for (const deadline = performance.now() + seconds * 1_000; this.mails.length < count; await sleep(5))
      if (performance.now() > deadline) throw new Error(`${this.mails.length} of ${count} mails came`);
  }

  /** Waits until nobody is connected: of a client that was killed nothing more comes then. */
  async untilAlone(seconds = 60): Promise<void> {
    for (const deadline = performance.now() + seconds * 1_000; this.#sockets.size > 0; await sleep(5))
      if (performance.now() > deadline) throw new Error(`${this.#sockets.size} are still connected`);
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    const connection = ++this.connections;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    socket.setNoDelay(true);
    let nth = 1;
    let recipient = '';
    let inData = false;
    const answer = (step: SmtpStep): { taken: boolean } => {
      const scripted = this.script[step];
      const said = typeof scripted === 'function' ? scripted({ connection, nth, recipient }) : scripted;
      const reply = said ?? usual[step];
      if (typeof reply === 'string') socket.write(`${reply}\r\n`);
      else if ('cut' in reply) socket.destroy();
      else if ('trickle' in reply) trickle(socket, reply.trickle);
      else if ('late' in reply) void reply.late.then(() => socket.write(`${reply.reply}\r\n`));
      if (typeof reply === 'string') return { taken: /^[23]/.test(reply) };
      return { taken: 'late' in reply || reply.take === true };
    };
    const command = (line: string): void => {
      this.commands.push(line);
      const step = line.slice(0, 4).toUpperCase() as SmtpStep;
      if (!(step in usual)) return void socket.write('502 what?\r\n');
      if (step === 'RCPT') recipient = /<(.*?)>/.exec(line)?.[1] ?? '';
      if (answer(step).taken && step === 'DATA') inData = true;
    };
    const body = (text: string): void => {
      inData = false;
      const messageId = /^Message-ID:\s*(\S+)/im.exec(text)?.[1] ?? '';
      if (answer('dot').taken) this.mails.push({ recipient, messageId, text });
      nth += 1;
    };
    let buffer = '';
    let searched = 0;
    answer('greeting');
    socket.setEncoding('latin1').on('data', (chunk) => {
      buffer += chunk;
      for (;;) {
        const mark = inData ? '\r\n.\r\n' : '\r\n';
        const end = buffer.indexOf(mark, searched);
        searched = end < 0 ? Math.max(0, buffer.length - 4) : 0;
        if (end < 0 || socket.destroyed) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + mark.length);
        if (inData) body(line);
        else command(line);
      }
    });
  }
}

/** One byte at a time, again and again. */
function trickle(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(text[at++ % text.length] as string);
  }, 20);
}

export const openSmtpSink = (script: SmtpScript = {}): Promise<SmtpSink> => new SmtpSink(script).open();

/**
 * Behaviour by the recipient's local part: `<what>-<step>.<times>x`, e.g. `452-rcpt.2x@`, `cut-dot@`: so often (default: always), then the usual.
 * What: a number; `cut`, `silent`, `trickle`; `lost` and `mute` as `cut` and `silent` once the mail is kept; `garbage`; `long`, a refusal of 64 kB.
 */
export function byLocalPart(): SmtpScript {
  const seen = new Map<string, number>();
  const at = (step: 'RCPT' | 'DATA' | 'dot') => {
    return ({ recipient }: SmtpMoment): SmtpAnswer | undefined => {
      const told = /^(\w+)-(rcpt|data|dot)(?:\.(\d+)x)?@/.exec(recipient);
      if (told?.[2] !== step.toLowerCase()) return undefined;
      const times = (seen.get(recipient) ?? 0) + 1;
      seen.set(recipient, times);
      return times > Number(told[3] ?? Number.POSITIVE_INFINITY) ? undefined : behaviour(told[1] as string);
    };
  };
  return { RCPT: at('RCPT'), DATA: at('DATA'), dot: at('dot') };
}

const behaviours: Record<string, SmtpAnswer> = {
  cut: { cut: true },
  silent: { silent: true },
  trickle: { trickle: '250-a\r\n' },
  lost: { cut: true, take: true },
  mute: { silent: true, take: true },
  garbage: '\x01\x02 HTTP/1.1 400 Bad Request',
  long: `${'451-go on and on and on and on and on and on and on and on\r\n'.repeat(1_100)}451 later`,
};

function behaviour(what: string): SmtpAnswer {
  if (/^\d{3}$/.test(what)) return `${what} so says the script`;
  const answer = behaviours[what];
  if (!answer) throw new Error(`no behaviour ${what}`);
  return answer;
}
