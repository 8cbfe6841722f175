import { beforeEach, describe, expect, it, vi } from "vitest";
import { ScrollBox } from "./scroll.ts";

const HEIGHT = 100;
let grown: () => void = () => {};
let contentHeight = 0;
let atEnd = 0;

beforeEach(() => {
  atEnd = 0;
  contentHeight = 300;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: () => void) {
        grown = callback;
      }
      observe(): void {}
    },
  );
});

/** A box that is laid out: it is HEIGHT high, and what is in it contentHeight. */
function shown(): {
  box: ScrollBox;
  top: () => number;
  scrollTo: (top: number) => void;
  hide: (away: boolean) => void;
} {
  const box = new ScrollBox(() => (atEnd += 1), "hello");
  let top = 0;
  let height = HEIGHT;
  Object.defineProperties(box.element, {
    clientHeight: { get: () => height },
    scrollHeight: { get: () => contentHeight },
    scrollTop: {
      get: () => top,
      set: (to: number) => {
        top = Math.max(0, Math.min(to, contentHeight - height));
      },
    },
  });
  box.follow();
  return {
    box,
    top: () => top,
    scrollTo: (to) => {
      box.element.scrollTop = to;
      box.element.dispatchEvent(new Event("scroll"));
    },
    // What browsers do with the place of what leaves the page.
    hide: (away) => {
      height = away ? 0 : HEIGHT;
      top = 0;
      grown();
    },
  };
}

describe("a box of messages", () => {
  it("stays at its end while pictures load", () => {
    const { top } = shown();
    expect(top()).toBe(200);
    contentHeight = 540;
    grown();
    expect(top()).toBe(440);
  });

  it("stays at its end when it grows before its own scrolling is told of", () => {
    const { box, top } = shown();
    contentHeight = 540;
    box.element.dispatchEvent(new Event("scroll"));
    grown();
    expect(top()).toBe(440);
  });

  it("leaves a reader alone who scrolled up, until they come back", () => {
    const { box, top, scrollTo } = shown();
    scrollTo(50);
    contentHeight = 540;
    grown();
    box.follow();
    expect(top()).toBe(50);
    scrollTo(440);
    contentHeight = 600;
    grown();
    expect(top()).toBe(500);
  });

  it("tells whether what is new is in sight, and when the reader is back at it", () => {
    const { box, scrollTo } = shown();
    expect(box.follow()).toBe(true);
    scrollTo(50);
    contentHeight = 540;
    atEnd = 0;
    expect(box.follow()).toBe(false);
    expect(atEnd).toBe(0);
    scrollTo(440);
    expect(atEnd).toBe(1);
  });

  it("goes to its end with what the reader sends", () => {
    const { box, top, scrollTo } = shown();
    scrollTo(50);
    box.toEnd();
    expect(top()).toBe(200);
  });

  it("keeps its reader's place when older messages are put above it", () => {
    const { box, top, scrollTo } = shown();
    scrollTo(10);
    box.above(() => (contentHeight += 400));
    expect(top()).toBe(410);
  });

  it.each([
    ["what is newest", 200, 440],
    ["where the reader was", 50, 50],
  ])("is back on the page at %s", (_, before, after) => {
    const { box, top, scrollTo, hide } = shown();
    scrollTo(before);
    hide(true);
    contentHeight = 540;
    box.follow();
    hide(false);
    box.restore();
    expect(top()).toBe(after);
  });
});
