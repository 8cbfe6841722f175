// Puts a finished build in place of the one that is served: first what is new, last the page that refers to it, so that
// a build which fails or is read while it is written leaves a whole console.
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);
const ENTRY = "index.html";

mkdirSync(to, { recursive: true });
const made = readdirSync(from, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
const names = new Set(made.map((each) => join(each.parentPath, each.name).slice(from.length + 1)));
for (const name of names) if (name !== ENTRY) cpSync(join(from, name), join(to, name));
for (const each of readdirSync(to, { recursive: true, withFileTypes: true })) {
  const name = join(each.parentPath, each.name).slice(to.length + 1);
  if (each.isFile() && !names.has(name)) rmSync(join(to, name));
}
cpSync(join(from, ENTRY), join(to, `.${ENTRY}`));
renameSync(join(to, `.${ENTRY}`), join(to, ENTRY));
rmSync(from, { recursive: true });
