const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** Milliseconds before the given try (from 0): doubling, half of it at random so that a restart is not met by everybody at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + (ceiling / 2) * random();
}
