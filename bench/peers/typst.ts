/** Typst by its Node binding: one compiler, one source that never changes, the row as inputs; PDF/A-3b and the attachment are its own features. */

import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { type Peer, versionOf } from './peer.ts';
import { artSvg, type FontName, fillText, fontFiles, qrPath, readFont, readScene, type Scene } from './scene.ts';

export async function openTypst(): Promise<Peer> {
  const scene = await readScene();
  const compiler = NodeCompiler.create({
    fontArgs: [{ fontBlobs: (Object.keys(fontFiles) as FontName[]).map(readFont) }],
  });
  compiler.mapShadow(resolve('art.svg'), Buffer.from(artSvg(scene)));
  scene.images.forEach(({ data }, at) => {
    compiler.mapShadow(resolve(`signature${at}.png`), data);
  });
  const mainFileContent = sourceOf(scene);
  const texts = scene.texts.filter(({ isFixed }) => !isFixed);
  let made = 0;
  return {
    version: versionOf('@myriaddreamin/typst-ts-node-compiler'),
    remark: 'PDF/A-3b, credential attached; no seal',
    make({ facts, values, credential }) {
      const { modules, d } = qrPath(facts.verificationUrl);
      const qr = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${modules} ${modules}"><path fill="${scene.qr.color}" d="${d}"/></svg>`;
      const words = Object.fromEntries(texts.map(({ id, text }) => [id, fillText(text, values)]));
      const title = `Certificate of Achievement: ${facts.name}`;
      const pdf = compiler.pdf(
        { mainFileContent, inputs: { ...words, qr, title, credential: credential.toString() } },
        { pdfStandard: 'a-3b', pdfTags: false },
      );
      // Without it the memory grows; more often costs nothing.
      if (made++ % 10 === 9) compiler.evictCache(10);
      return pdf;
    },
  };
}

const resolve = (name: string) => `${process.cwd()}/${name}`;

function sourceOf(scene: Scene): string {
  const place = ({ x, y }: { x: number; y: number }, content: string) =>
    `#place(top + left, dx: ${x}pt, dy: ${y}pt, ${content})\n`;
  const styles: Record<FontName, string> = {
    regular: 'font: "Noto Serif"',
    bold: 'font: "Noto Serif", weight: 700',
    italic: 'font: "Noto Serif", style: "italic"',
    sans: 'font: "Noto Sans"',
  };
  const texts = scene.texts.map((text) => {
    const { id, width, height, size, minSize, wrap, font, color, lineHeight, isFixed } = text;
    const words = isFixed ? JSON.stringify(text.text) : `sys.inputs.${id}`;
    const pen = `text.with(${styles[font]}, fill: rgb("${color}"))`;
    const line = `${words}, ${pen}, ${width}pt, ${height}pt, ${size}pt, ${minSize}pt, ${wrap}, ${lineHeight}`;
    return place(text, `fitted(${line})`);
  });
  const images = scene.images.map((image, at) =>
    place(image, `image("signature${at}.png", width: ${image.width}pt, height: ${image.height}pt)`),
  );
  const { x, y, size } = scene.qr;
  return `#set document(title: sys.inputs.title, date: datetime(year: 2026, month: 11, day: 22))
#set page(width: ${scene.width}pt, height: ${scene.height}pt, margin: 0pt, fill: rgb("${scene.background}"))
#pdf.attach("credential.json", bytes(sys.inputs.credential), relationship: "data", mime-type: "application/vc+ld+json", description: "Verifiable credential")
${fitted}
${place({ x: 0, y: 0 }, `image("art.svg", width: ${scene.width}pt)`)}${images.join('')}${texts.join('')}
${place({ x, y }, `image(bytes(sys.inputs.qr), format: "svg", width: ${size}pt, height: ${size}pt)`)}`;
}

/** A line is as tall as a step, its glyphs in the middle. */
const fitted = `#let fitted(words, pen, width, height, size, min-size, wrap, line-height) = context {
  let natural = measure(pen(size: size, words)).width
  let fitting = if wrap or natural <= width { size } else { calc.max(min-size / 1pt, size * (width / natural) / 1pt) * 1pt }
  set par(leading: 0pt)
  set align(center)
  block(width: width, pen(size: fitting, top-edge: 1.069em + (line-height - 1.362) / 2 * 1em, bottom-edge: -0.293em - (line-height - 1.362) / 2 * 1em, words))
}`;
