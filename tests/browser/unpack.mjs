// Unpacks the browser and the font from their npm packages: node unpack.mjs PACKAGES TARGET
// Node is needed for it because Python's own library reads no Brotli.
import { createReadStream, createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, inflateSync } from "node:zlib";

const [packages, target] = process.argv.slice(2);
const PARTS = ["chromium", "al2023.tar", "fonts.tar"];
const WEIGHTS = ["400", "700"];
// Source: W3C, WOFF File Format 1.0, sections 3 and 4, and the sfnt header of OpenType.
const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;

// The browser reads WOFF from pages only; from a folder of fonts it draws blanks. So: back to the font inside.
function fontOf(woff) {
  const count = woff.readUInt16BE(12);
  const head = Buffer.alloc(SFNT_HEADER + SFNT_ENTRY * count);
  const power = 2 ** Math.floor(Math.log2(count));
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  head.writeUInt16BE(count, 4);
  head.writeUInt16BE(SFNT_ENTRY * power, 6);
  head.writeUInt16BE(Math.log2(power), 8);
  head.writeUInt16BE(SFNT_ENTRY * (count - power), 10);
  const parts = [head];
  let end = head.length;
  for (let number = 0; number < count; number++) {
    const start = WOFF_HEADER + WOFF_ENTRY * number;
    const [offset, packed, length, checksum] = [4, 8, 12, 16].map((at) => woff.readUInt32BE(start + at));
    const raw = woff.subarray(offset, offset + packed);
    const table = Buffer.alloc(Math.ceil(length / 4) * 4);
    (packed < length ? inflateSync(raw) : raw).copy(table);
    const entry = SFNT_HEADER + SFNT_ENTRY * number;
    woff.copy(head, entry, start, start + 4);
    [checksum, end, length].forEach((value, place) => head.writeUInt32BE(value, entry + 4 + 4 * place));
    parts.push(table);
    end += table.length;
  }
  return Buffer.concat(parts);
}

mkdirSync(join(target, "fonts"), { recursive: true });
for (const part of PARTS) {
  const packed = createReadStream(join(packages, "@sparticuz/chromium/bin", `${part}.br`));
  await pipeline(packed, createBrotliDecompress(), createWriteStream(join(target, part)));
}
for (const weight of WEIGHTS) {
  const name = `noto-sans-sc-chinese-simplified-${weight}-normal`;
  const woff = readFileSync(join(packages, "@fontsource/noto-sans-sc/files", `${name}.woff`));
  writeFileSync(join(target, "fonts", `${name}.ttf`), fontOf(woff));
}
