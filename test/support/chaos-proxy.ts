/** A TCP proxy that does what networks do: delays, cuts, slices, and falls silent without a word; between processes under test and whatever they talk to. */

import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Direction = 'toServer' | 'toClient';

export interface CutRule {
  /** Cuts where these bytes pass; without it, after `bytes`. */
  pattern?: Uint8Array | string;
  /** Cuts once so many bytes have passed in this direction, of one connection. */
  bytes?: number;
  /** Default: to the server. */
  direction?: Direction;
  /** Whether what the rule looks for still arrives before the connection is cut. Default: yes. */
  forward?: boolean;
  /** At which occurrence, over all connections; default: the first. */
  at?: number;
}

export interface ChaosProxy extends AsyncDisposable {
  port: number;
  /** Connections that are open. */
  readonly open: number;
  /** Resets every open connection on both sides; new ones are served. Gives how many there were. */
  cut(): number;
  /** Resets every open connection and every new one, until `heal`. */
  refuse(): void;
  /**
   * Nothing passes any more and nobody is told: connections stay open, new ones are taken and never answered, until `heal`, after which what
   * was under way arrives, as it does when a network comes back.
   */
  blackHole(direction?: Direction): void;
  /** Connections that are open stay so and are silent for ever, as behind a router that forgot them; new ones are served. */
  strand(): void;
  /** Everything passes again, but for stranded connections. */
  heal(): void;
  /** So many milliseconds before each piece is passed on, each way. */
  delay(milliseconds: number): void;
  /** Passes data on in pieces of so many bytes at most, so that no message arrives as a whole. 0: as it comes. */
  slice(bytes: number): void;
  /** Cuts one connection where the rule says; gives what settles when it has happened. */
  cutOn(rule: CutRule): Promise<void>;
  /** Rules that have not been met are forgotten. */
  forgetRules(): void;
}

/** `upstream` as `net.connect` takes it: a port of this machine or a Unix socket. */
export async function openChaosProxy(upstream: net.NetConnectOpts): Promise<ChaosProxy> {
  const weather: Weather = { refusing: false, silent: new Set(), delay: 0, slice: 0, rules: [] };
  const lanes = new Set<Lane>();
  /** One side may be open when the other has closed. */
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    if (weather.refusing) {
      client.on('error', () => {});
      abort(client);
      return;
    }
    const other = net.connect({ ...upstream, noDelay: true, allowHalfOpen: true } as net.NetConnectOpts);
    for (const socket of [client, other]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    const pair = openPair(client, other, weather);
    for (const lane of pair) lanes.add(lane);
    client.once('close', () => {
      for (const lane of pair) lanes.delete(lane);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    const cutLanes = [...lanes];
    for (const lane of cutLanes) lane.cut();
    return cutLanes.length / 2;
  };
  const blow = () => {
    for (const lane of lanes) lane.pump();
  };
  return {
    port: (server.address() as net.AddressInfo).port,
    get open() {
      return lanes.size / 2;
    },
    cut,
    refuse() {
      weather.refusing = true;
      cut();
    },
    blackHole(direction) {
      for (const one of direction ? [direction] : (['toServer', 'toClient'] as const)) weather.silent.add(one);
    },
    heal() {
      weather.refusing = false;
      weather.silent.clear();
      blow();
    },
    strand() {
      for (const lane of lanes) lane.strand();
    },
    delay(milliseconds) {
      weather.delay = milliseconds;
    },
    slice(bytes) {
      weather.slice = bytes;
    },
    cutOn(rule) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const pattern = rule.pattern === undefined ? undefined : Buffer.from(rule.pattern);
      weather.rules.push({ direction: 'toServer', forward: true, ...rule, pattern, left: rule.at ?? 1, met: resolve });
      return promise;
    },
    forgetRules() {
      weather.rules.length = 0;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Rule {
  direction: Direction;
  pattern: Buffer | undefined;
  bytes?: number;
  forward: boolean;
  left: number;
  met: () => void;
}

interface Weather {
  refusing: boolean;
  silent: Set<Direction>;
  delay: number;
  slice: number;
  rules: Rule[];
}

/** One way of one connection. */
interface Lane {
  /** Passes on what waits, if anything may pass. */
  pump(): void;
  /** Passes nothing on any more. */
  strand(): void;
  cut(): void;
}

function openPair(client: net.Socket, server: net.Socket, weather: Weather): Lane[] {
  const reset = () => {
    for (const socket of [client, server]) if (!socket.destroyed) abort(socket);
  };
  for (const socket of [client, server]) socket.on('error', () => reset());
  return [openLane('toServer', client, server, weather, reset), openLane('toClient', server, client, weather, reset)];
}

/** A Unix socket knows no reset; and one whose end was asked for in the same turn cannot be reset: its handle would stay open and keep the process alive. */
function abort(socket: net.Socket): void {
  if (socket.remotePort === undefined || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function openLane(direction: Direction, from: net.Socket, to: net.Socket, weather: Weather, reset: () => void): Lane {
  const waiting: Buffer[] = [];
  let ended = false;
  let pumping = false;
  let stranded = false;
  let passed = 0;
  /** The end of what has passed, in which a pattern may have begun. */
  let tail = Buffer.alloc(0);
  /** Where in `piece` a rule is met. */
  const findCut = (piece: Buffer): { rule: Rule; at: number } | undefined => {
    for (const rule of weather.rules.filter((one) => one.direction === direction)) {
      if (rule.pattern === undefined) {
        if (passed + piece.length >= (rule.bytes ?? 0)) return { rule, at: (rule.bytes ?? 0) - passed };
        continue;
      }
      const seen = Buffer.concat([tail, piece]);
      for (let at = seen.indexOf(rule.pattern); at >= 0; at = seen.indexOf(rule.pattern, at + 1)) {
        const end = at + rule.pattern.length;
        if (end <= tail.length) continue;
        rule.left -= 1;
        if (rule.left === 0) return { rule, at: Math.max(0, (rule.forward ? end : at) - tail.length) };
      }
    }
    return undefined;
  };
  const send = (piece: Buffer) => {
    passed += piece.length;
    tail = Buffer.concat([tail, piece]).subarray(-200);
    return to.write(piece);
  };
  const pass = async (piece: Buffer): Promise<void> => {
    if (weather.delay > 0) await sleep(weather.delay);
    const found = findCut(piece);
    if (found) {
      const { rule, at } = found;
      weather.rules.splice(weather.rules.indexOf(rule), 1);
      if (at > 0) await new Promise((resolve) => to.write(piece.subarray(0, at), resolve));
      // The other side still gets what was sent, and then an orderly end.
      if (rule.forward) to.end();
      else abort(to);
      abort(from);
      rule.met();
      return;
    }
    for (const size = weather.slice || piece.length; piece.length > 0; ) {
      const part = piece.subarray(0, size);
      piece = piece.subarray(size);
      if (!send(part)) await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => {});
      // Each in a packet of its own.
      else if (weather.slice > 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const pump = async () => {
    if (pumping) return;
    pumping = true;
    while (!stranded && !weather.silent.has(direction) && !to.destroyed) {
      const piece = waiting.shift();
      if (!piece) break;
      await pass(piece);
      from.resume();
    }
    pumping = false;
    if (to.destroyed) {
      waiting.length = 0;
      from.resume();
    }
    if (ended && waiting.length === 0 && !stranded && !weather.silent.has(direction)) to.end();
  };
  from.on('data', (piece) => {
    if (to.destroyed) return;
    waiting.push(piece);
    // What piles up in front of a closed road stays with the sender.
    if (waiting.length > 16) from.pause();
    void pump();
  });
  from.on('end', () => {
    ended = true;
    void pump();
  });
  // An end that nobody may hear of is not passed on before the road is open.
  from.on('close', () => {
    ended = true;
    void pump();
  });
  const strand = () => {
    stranded = true;
  };
  return { pump: () => void pump(), strand, cut: reset };
}
