import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|svg|json)$/;
// Below this a packet more or less makes no difference.
const SMALLEST_BYTES = 1000;

/** Lays a .br and a .gz beside each file of text: whitenoise serves them, and nothing is compressed while somebody waits. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (file.isFile() && TEXT.test(file.name)) compress(join(file.parentPath, file.name));
      }
    },
  };
}

function compress(path: string): void {
  const text = readFileSync(path);
  if (text.length < SMALLEST_BYTES) return;
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${path}.br`, brotliCompressSync(text, best));
}
