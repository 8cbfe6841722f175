import { h } from "./dom.ts";

/** Who is this near the end has not scrolled away from it. */
const NEAR_PX = 40;

/** A box that stays at its end while what is in it grows, until its reader scrolls up: then it stays where it is. */
export class ScrollBox {
  readonly element: HTMLElement;
  readonly #onEnd: () => void;
  #atEnd = true;
  #top = 0;

  /** onEnd: the reader is at the end, where nothing new is missed. */
  constructor(onEnd: () => void, ...children: (Node | string)[]) {
    this.#onEnd = onEnd;
    const content = h("div", {}, ...children);
    this.element = h("div", { class: "scroll", onscroll: () => this.#look() }, content);
    // Pictures grow when they have loaded, and the box itself when the line to write on does.
    const sizes = new ResizeObserver(() => this.follow());
    sizes.observe(this.element);
    sizes.observe(content);
  }

  /** To the end, wherever the reader was. */
  toEnd(): void {
    this.#atEnd = true;
    this.follow();
  }

  /** To the end, if the reader was there. Whether what is new is in sight. */
  follow(): boolean {
    if (!this.#atEnd || !this.element.clientHeight) return false;
    this.element.scrollTop = this.element.scrollHeight;
    this.#top = this.element.scrollTop;
    this.#onEnd();
    return true;
  }

  /** Puts something above what is read, which stays where it is. */
  above(add: () => void): void {
    const fromEnd = this.element.scrollHeight - this.element.scrollTop;
    add();
    this.element.scrollTop = this.element.scrollHeight - fromEnd;
    this.#top = this.element.scrollTop;
  }

  /** Back on the page, where browsers begin at the top: to where the reader was. */
  restore(): void {
    this.element.scrollTop = this.#top;
    this.follow();
  }

  #look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    if (!clientHeight) return;
    // Content may grow before our own scrolling is told of, so that only going up counts as leaving the end.
    if (scrollHeight - clientHeight - scrollTop < NEAR_PX) {
      this.#atEnd = true;
      this.#onEnd();
    } else if (scrollTop < this.#top) this.#atEnd = false;
    this.#top = scrollTop;
  }
}
