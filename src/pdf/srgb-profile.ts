/** An ICC v2 display profile of sRGB (IEC 61966-2-1), built from the standard's own figures: primaries adapted to D50 and the exact transfer curve. */

/** XYZ of the D50-adapted primaries and of the D50 white, in s15Fixed16. */
const primaries = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
  wtpt: [0.9642, 1, 0.8249],
} as const;

const curvePoints = 1_024;

/** The profile's bytes; always the same. */
export function srgbProfile(): Buffer {
  const curve = curveTag();
  const tags: [string, Buffer][] = [
    ['desc', descriptionTag('sRGB IEC61966-2.1')],
    ['cprt', textTag('No copyright, use freely')],
    ...Object.entries(primaries).map(([name, xyz]): [string, Buffer] => [name, xyzTag(xyz)]),
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const bodies: Buffer[] = [];
  const placed = new Map<Buffer, number>();
  let offset = 128 + table.length;
  tags.forEach(([name, body], at) => {
    if (!placed.has(body)) {
      placed.set(body, offset);
      const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
      bodies.push(padded);
      offset += padded.length;
    }
    table.write(name, 4 + 12 * at, 'latin1');
    table.writeUInt32BE(placed.get(body) as number, 8 + 12 * at);
    table.writeUInt32BE(body.length, 12 + 12 * at);
  });
  return Buffer.concat([header(offset), table, ...bodies]);
}

/** ICC.1:2001-04, 6.1: version 2.1, display device, RGB to XYZ, D50 illuminant. */
function header(size: number): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt32BE(0x02100000, 8);
  bytes.write('mntrRGB XYZ ', 12, 'latin1');
  [2000, 1, 1, 0, 0, 0].forEach((part, at) => {
    bytes.writeUInt16BE(part, 24 + 2 * at);
  });
  bytes.write('acsp', 36, 'latin1');
  primaries.wtpt.forEach((value, at) => {
    bytes.writeInt32BE(fixed(value), 68 + 4 * at);
  });
  return bytes;
}

function fixed(value: number): number {
  return Math.round(value * 65_536);
}

function xyzTag(xyz: readonly number[]): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write('XYZ ', 0, 'latin1');
  xyz.forEach((value, at) => {
    bytes.writeInt32BE(fixed(value), 8 + 4 * at);
  });
  return bytes;
}

function curveTag(): Buffer {
  const bytes = Buffer.alloc(12 + 2 * curvePoints);
  bytes.write('curv', 0, 'latin1');
  bytes.writeUInt32BE(curvePoints, 8);
  for (let at = 0; at < curvePoints; at++) {
    const value = at / (curvePoints - 1);
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    bytes.writeUInt16BE(Math.round(linear * 65_535), 12 + 2 * at);
  }
  return bytes;
}

function textTag(text: string): Buffer {
  return Buffer.concat([Buffer.from('text\0\0\0\0', 'latin1'), Buffer.from(`${text}\0`, 'latin1')]);
}

/** textDescriptionType: the ASCII name, then empty Unicode and ScriptCode names. */
function descriptionTag(text: string): Buffer {
  const name = Buffer.from(`${text}\0`, 'latin1');
  const head = Buffer.alloc(12);
  head.write('desc', 0, 'latin1');
  head.writeUInt32BE(name.length, 8);
  return Buffer.concat([head, name, Buffer.alloc(4 + 4 + 2 + 1 + 67)]);
}
