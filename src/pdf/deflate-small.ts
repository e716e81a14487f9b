/** Deflates the small streams that every document has: zlib's states are kept, as making one costs a quarter of what deflating with it does. */

import { constants, createDeflate, type Deflate, deflateSync } from 'node:zlib';

/** Node closes a finished stream and makes its state anew; the state itself, which is reset here, has no public name. */
interface State {
  writeSync(
    flush: number,
    from: Uint8Array,
    at: number,
    length: number,
    to: Uint8Array,
    toAt: number,
    room: number,
  ): void;
  reset(): void;
}

interface Kept {
  state: State;
  /** Bytes left in the room given, and bytes not taken in. */
  left: Uint32Array;
}

const level = constants.Z_DEFAULT_COMPRESSION;
/** Small windows cost less to set up. */
const windowFor = (bytes: number) => (bytes <= 4_096 ? 12 : bytes <= 8_192 ? 13 : 15);
const memLevel = 5;

const kept = new Map<number, Kept | undefined>();
/** More than what is deflated here takes; anything larger goes the usual way. */
const room = new Uint8Array(40_000);
const largest = 32_768;

/** The same bytes as `deflateSync` with these options. */
export function deflateSmall(data: Uint8Array): Buffer {
  const windowBits = windowFor(data.length);
  const usual = () => deflateSync(data, { level, windowBits, memLevel });
  if (data.length === 0 || data.length > largest) return usual();
  if (!kept.has(windowBits)) kept.set(windowBits, keepState(windowBits));
  const one = kept.get(windowBits);
  if (!one) return usual();
  const { state, left } = one;
  state.reset();
  state.writeSync(constants.Z_FINISH, data, 0, data.length, room, 0, room.length);
  const [free, rest] = left as unknown as [number, number];
  return rest > 0 || free === 0 ? usual() : Buffer.from(room.subarray(0, room.length - free));
}

/** Whether states are kept at all. */
export function keepsStates(): boolean {
  return keepState(12) !== undefined;
}

/** Undefined in a Node that keeps its states elsewhere. */
function keepState(windowBits: number): Kept | undefined {
  const stream = createDeflate({ level, windowBits, memLevel }) as Deflate & { _handle?: State; _writeState?: unknown };
  const { _handle: state, _writeState: left } = stream;
  if (typeof state?.writeSync !== 'function' || typeof state.reset !== 'function') return undefined;
  return left instanceof Uint32Array ? { state, left } : undefined;
}
