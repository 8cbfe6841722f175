// Puts a finished build in place of the one that is served, at one stroke, so that nobody gets half a script.
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);
const SCRIPT = "widget.js";

mkdirSync(to, { recursive: true });
cpSync(join(from, SCRIPT), join(to, `.${SCRIPT}`));
renameSync(join(to, `.${SCRIPT}`), join(to, SCRIPT));
rmSync(from, { recursive: true });
