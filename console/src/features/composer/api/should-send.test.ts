import { describe, expect, it } from "vitest";
import { shouldSend } from "./should-send";

const KEY = {
  key: "Enter",
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 13,
  timeStamp: 1000,
};
const DESKTOP = { compositionEnded: null, enterBreaksLine: false };

describe("Enter in the composer", () => {
  it("sends", () => expect(shouldSend(KEY, DESKTOP)).toBe(true));

  it("breaks the line together with Shift or Alt", () => {
    expect(shouldSend({ ...KEY, shiftKey: true }, DESKTOP)).toBe(false);
    expect(shouldSend({ ...KEY, altKey: true }, DESKTOP)).toBe(false);
  });

  it("never sends while an input method is composing", () => {
    expect(shouldSend({ ...KEY, isComposing: true }, DESKTOP)).toBe(false);
  });

  it("never sends a key that the input method swallowed, whatever isComposing says", () => {
    expect(shouldSend({ ...KEY, keyCode: 229 }, DESKTOP)).toBe(false);
  });

  it("never sends the Enter that ended a composition, reported after its end as Safari does", () => {
    expect(shouldSend({ ...KEY, timeStamp: 1003 }, { ...DESKTOP, compositionEnded: 1000 })).toBe(false);
    expect(shouldSend({ ...KEY, timeStamp: 1500 }, { ...DESKTOP, compositionEnded: 1000 })).toBe(true);
  });

  it("breaks the line on a touch keyboard, where Ctrl or Cmd with Enter sends", () => {
    const touch = { compositionEnded: null, enterBreaksLine: true };
    expect(shouldSend(KEY, touch)).toBe(false);
    expect(shouldSend({ ...KEY, ctrlKey: true }, touch)).toBe(true);
    expect(shouldSend({ ...KEY, metaKey: true }, touch)).toBe(true);
    expect(shouldSend({ ...KEY, ctrlKey: true, isComposing: true }, touch)).toBe(false);
  });

  it("is the only key that sends", () => expect(shouldSend({ ...KEY, key: "a" }, DESKTOP)).toBe(false));
});
