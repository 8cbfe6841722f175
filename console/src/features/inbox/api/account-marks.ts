import type { ChannelAccount } from "@/lib/api/types";

const LONGEST = 3;

/** The first letters in which an account's name differs from its channel's others, by id. An account that is alone in
 * its channel needs none. */
export function accountMarks(accounts: readonly ChannelAccount[]): Map<string, string> {
  const marks = new Map<string, string>();
  for (const siblings of Map.groupBy(accounts, ({ channel }) => channel).values()) {
    if (siblings.length < 2) continue;
    const start = sharedStart(siblings.map(({ name }) => name));
    for (const { id, name } of siblings) marks.set(id, firstLetters(name.slice(start)) || firstLetters(name));
  }
  return marks;
}

/** How far all names are the same, without the beginning of a word that goes on differently. */
function sharedStart(names: string[]): number {
  const [first = "", ...others] = names;
  let end = 0;
  while (end < first.length && others.every((name) => name[end] === first[end])) end += 1;
  return first.slice(0, end).replace(/[A-Za-z0-9]+$/, "").length;
}

const firstLetters = (text: string): string => [...text.trim()].slice(0, LONGEST).join("").trim();
