import { globSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, it } from "vitest";

/** Attributes people read or hear. */
const SPOKEN = new Set(["aria-label", "alt", "title", "placeholder", "label", "text", "help", "aria-description"]);
const WORDS = /\p{L}{2,}/u;

const isText = (node: ts.Node | undefined): node is ts.StringLiteralLike =>
  node !== undefined && ts.isStringLiteralLike(node);

/** Texts that stand in the markup instead of the locale files. */
function literals(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const report = (node: ts.Node, text: string): void => {
    if (!WORDS.test(text)) return;
    found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${text.trim()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) report(node, node.text);
    if (ts.isJsxExpression(node) && ts.isJsxElement(node.parent) && isText(node.expression))
      report(node, node.expression.text);
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText())) {
      const value = node.initializer;
      const text = value && ts.isJsxExpression(value) ? value.expression : value;
      if (isText(text)) report(node, text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it("no component holds words of its own: they all come from the locale files", () => {
  const files = globSync("src/**/*.tsx").filter((file) => !file.endsWith(".test.tsx") && !file.includes("src/test/"));
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(literals)).toEqual([]);
});
