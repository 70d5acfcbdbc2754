// Bundles the style sheet and the script into app/static/build, with a name list that holds their hashes:
// a browser may keep them for ever, and gets new ones as soon as they change.
import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "..", "app", "static", "build");

await mkdir(out, { recursive: true });
for (const name of await readdir(out)) await rm(path.join(out, name), { recursive: true });
await build({
  entryPoints: [path.join(here, "css", "meetlat.css"), path.join(here, "js", "meetlat.js")],
  outdir: out,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome110", "firefox115", "safari16"],
  legalComments: "eof",
  logLevel: "warning",
});
const names = {};
for (const name of ["meetlat.css", "meetlat.js"]) {
  const digest = createHash("sha256").update(await readFile(path.join(out, name))).digest("hex").slice(0, 12);
  const hashed = name.replace(".", `-${digest}.`);
  await rename(path.join(out, name), path.join(out, hashed));
  names[name] = hashed;
}
await writeFile(path.join(out, "names.json"), JSON.stringify(names) + "\n");
