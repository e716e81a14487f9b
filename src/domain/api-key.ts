/** What an API key says of itself: its mode, and the door it was made for, so that a leaked one is recognised. */

/** What a test key makes is a specimen that never leaves the machine. */
export const keyModes = ['live', 'test'] as const;
export type KeyMode = (typeof keyModes)[number];

/** Any key opens every door; the word before its random part only tells people and scanners what it is. */
const prefixes = {
  chancery: { live: 'chancery_', test: 'chancery_test_' },
  vec: { live: 'vec_live_', test: 'vec_test_' },
  unicreda: { live: 'uc_live_', test: 'uc_test_' },
} as const satisfies Record<string, Record<KeyMode, string>>;

export type KeyDoor = keyof typeof prefixes;
export const keyDoors = Object.keys(prefixes) as [KeyDoor, ...KeyDoor[]];

export const keyPrefix = (door: KeyDoor, mode: KeyMode): string => prefixes[door][mode];
