import { Store } from "@/lib/store";

export type Toast = { id: number; text: string; tone: "good" | "bad" };

const SHOWN_MS = 6_000;
let lastId = 0;

export const toasts = new Store<Toast[]>([]);

/** Says briefly what just happened. Good news leaves by itself; bad news stays until it is closed. */
export function toast(text: string, tone: Toast["tone"] = "good"): void {
  lastId += 1;
  const id = lastId;
  toasts.set([...toasts.get().slice(-2), { id, text, tone }]);
  if (tone === "good") setTimeout(() => dismissToast(id), SHOWN_MS);
}

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((each) => each.id !== id));
}
