/** While there are no live events, what is on screen is read again this often. */
export const POLL_MS = 20_000;
