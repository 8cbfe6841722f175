export const SHORTEST_PASSWORD = 8;

export type PasswordProblem = "tooShort" | "different";

/** What keeps a new password from being taken; null when nothing does. */
export function checkPassword(password: string, repeated: string): PasswordProblem | null {
  if ([...password].length < SHORTEST_PASSWORD) return "tooShort";
  return password === repeated ? null : "different";
}
