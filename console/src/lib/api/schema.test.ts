import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(path, "utf8");
/** The generated file begins with a comment of the tool's command line. */
const body = (text: string): string => text.slice(text.indexOf("export interface paths")).trim();

it("the types are those of the checked-in OpenAPI document: `npm run types` makes them anew", async () => {
  const made = astToString(await openapiTS(read("openapi.json")));
  expect(body(read("src/lib/api/schema.ts"))).toBe(body(made));
});
