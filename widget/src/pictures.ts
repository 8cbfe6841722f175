import { BAD_MEMBER, Refused, type Api, type Config } from "./api.ts";
import { h, icon } from "./dom.ts";
import type { Say } from "./words.ts";

interface Chosen {
  id: string;
  preview: string;
}

/** The button that attaches pictures, and those attached. Refuses early what the desk would refuse. */
export class Pictures {
  readonly #api: Api;
  readonly #config: Config;
  readonly #say: Say;
  readonly #tell: (problem: string) => void;
  readonly #list = h("ul", { class: "pictures" });
  readonly #progress = h("p", { class: "note", role: "status" });
  #chosen: Chosen[] = [];
  #busy = 0;
  readonly button: HTMLElement;
  readonly list = h("div", {}, this.#list, this.#progress);

  constructor(api: Api, config: Config, say: Say, tell: (problem: string) => void) {
    this.#api = api;
    this.#config = config;
    this.#say = say;
    this.#tell = tell;
    const input = h("input", { type: "file", accept: config.image_types.join(","), multiple: true, tabindex: -1 });
    input.hidden = true;
    input.addEventListener("change", () => {
      void this.add(Array.from(input.files ?? []));
      input.value = "";
    });
    this.button = h(
      "span",
      {},
      input,
      h(
        "button",
        {
          type: "button",
          class: "icon",
          "aria-label": say("picture"),
          title: say("picture"),
          onclick: () => input.click(),
        },
        icon("picture"),
      ),
    );
  }

  get ids(): string[] {
    return this.#chosen.map((each) => each.id);
  }

  get previews(): string[] {
    return this.#chosen.map((each) => each.preview);
  }

  get busy(): boolean {
    return this.#busy > 0;
  }

  clear(): void {
    this.#chosen = [];
    this.#list.replaceChildren();
  }

  async add(files: File[]): Promise<void> {
    for (const file of files) await this.#upload(file);
  }

  async #upload(file: File): Promise<void> {
    const { image_types: types, image_bytes: most } = this.#config;
    if (!types.includes(file.type)) return this.#tell(this.#say("notImage"));
    if (file.size > most) return this.#tell(this.#say("tooLarge", { megabytes: Math.floor(most / 1e6) }));
    this.#busy++;
    this.#told(0);
    try {
      const { id } = await this.#api.picture(file, (share) => this.#told(share));
      this.#show({ id, preview: URL.createObjectURL(file) }, file.name);
    } catch (error) {
      this.#tell(problemOf(error, this.#say));
    } finally {
      this.#busy--;
      this.#progress.textContent = "";
    }
  }

  #told(share: number): void {
    this.#progress.textContent = this.#say("uploading", { percent: Math.round(share * 100) });
  }

  #show(chosen: Chosen, name: string): void {
    this.#chosen.push(chosen);
    const label = this.#say("removePicture", { name });
    const remove = h("button", { type: "button", class: "remove", "aria-label": label }, "×");
    const item = h("li", {}, h("img", { src: chosen.preview, alt: name }), remove);
    remove.addEventListener("click", () => {
      this.#chosen = this.#chosen.filter((each) => each !== chosen);
      item.remove();
    });
    this.#list.append(item);
  }
}

export function problemOf(error: unknown, say: Say): string {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 0) return say("offline");
  if (error.code === BAD_MEMBER) return say("badMember");
  if (error.status === 401) return say("notSignedIn");
  if (error.status === 429) return say("tooFast");
  return say("refused", { detail: error.message });
}
