/** Builds the pages' scripts into the Python package, with the hash of what they were built from. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const OUT = join(ROOT, "../src/lifemask/viewer/client");
const ENTRIES = ["page", "live"];
const SOURCES = ["src", "pages", "build.mjs", "package.json", "package-lock.json", "tsconfig.json"];

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** One hash over the names and contents of all sources; viewer/client_files.py computes the same. */
function sourcesHash() {
  const names = SOURCES.flatMap((name) => filesBelow(join(ROOT, name))).map((path) => relative(ROOT, path));
  const lines = names.sort().map((name) => {
    const content = createHash("sha256").update(readFileSync(join(ROOT, name))).digest("hex");
    return `${content}  ${name.split("\\").join("/")}\n`;
  });
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** Leaves out Spark's WebAssembly, two thirds of its bytes: its file readers and its sorting, which nothing here calls,
 * because the engine's worker hands over splats that are read and sorted. */
const withoutSparkWasm = {
  name: "without-spark-wasm",
  transform(code, id) {
    if (!id.endsWith("spark.module.js")) return undefined;
    const replace = (text, pattern, by) => {
      if (!pattern.test(text)) throw new Error(`This version of Spark has no ${pattern}`);
      return text.replace(pattern, by);
    };
    const emptyModule = "AGFzbQEAAAA=";
    const shorter = replace(code, /const WASM = decode64\("[^"]+"\)/, `const WASM = decode64("${emptyModule}")`);
    const never = "const initialization = new Promise(() => {});";
    return replace(shorter, /const initialization = __wbg_init\([^;]+;\s*\}\s*\);/, never);
  },
};

mkdirSync(OUT, { recursive: true });
for (const name of ENTRIES) {
  const entry = join(ROOT, `src/${name}.ts`);
  if (!existsSync(entry)) continue;
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    worker: { format: "iife", rolldownOptions: { output: { codeSplitting: false } } },
    plugins: [withoutSparkWasm],
    build: {
      write: false,
      minify: true,
      target: "es2022",
      modulePreload: false,
      cssCodeSplit: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: entry, output: { format: "es", codeSplitting: false, entryFileNames: `${name}.js` } },
    },
  });
  const files = (Array.isArray(result) ? result : [result]).flatMap((one) => one.output);
  if (files.length !== 1) throw new Error(`More than one file: ${files.map((file) => file.fileName)}; use ?inline`);
  writeFileSync(join(OUT, `${name}.js`), files[0].code);
  console.log(`${name}.js: ${Buffer.byteLength(files[0].code)} bytes`);
}
for (const name of ["page.html", "frame.css", "loader.js", "licences.txt"]) {
  writeFileSync(join(OUT, name), readFileSync(join(ROOT, "pages", name)));
}
if (existsSync(join(ROOT, "pages/live.html"))) {
  // The server's page is one file too.
  const text = (name) => readFileSync(join(OUT, name), "utf8");
  const parts = { style: text("frame.css"), script: text("live.js"), licences: text("licences.txt") };
  const page = readFileSync(join(ROOT, "pages/live.html"), "utf8");
  const whole = page.replace(/\{\{(\w+)\}\}/g, (_, part) => parts[part].replaceAll("</script", "<\\/script"));
  writeFileSync(join(OUT, "live.html"), whole);
  rmSync(join(OUT, "live.js"));
}
writeFileSync(join(OUT, "sources.sha256"), `${sourcesHash()}\n`);
