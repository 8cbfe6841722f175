import type { ChannelAccount } from "@/lib/api/types";

const LONGEST = 3;

/** The letters in which an account's name differs from its channel's others, by id: from the beginning of the word
 * where that is near. An account that is alone in its channel needs none. */
export function accountMarks(accounts: readonly ChannelAccount[]): Map<string, string> {
  const marks = new Map<string, string>();
  for (const siblings of Map.groupBy(accounts, ({ channel }) => channel).values()) {
    if (siblings.length < 2) continue;
    const names = siblings.map(({ name }) => [...name]);
    siblings.forEach(({ id }, at) => marks.set(id, markOf(names[at] ?? [], names.toSpliced(at, 1))));
  }
  return marks;
}

function markOf(name: string[], others: string[][]): string {
  const shared = Math.max(...others.map((other) => sharedStart(name, other)));
  const word = name
    .slice(0, shared)
    .join("")
    .replace(/[A-Za-z0-9]+$/, "");
  const wordStart = [...word].length;
  return firstLetters(name.slice(shared - wordStart < LONGEST ? wordStart : shared)) || firstLetters(name);
}

function sharedStart(name: string[], other: string[]): number {
  const end = name.findIndex((letter, at) => other[at] !== letter);
  return end < 0 ? name.length : end;
}

const firstLetters = (letters: string[]): string => [...letters.join("").trim()].slice(0, LONGEST).join("").trim();
