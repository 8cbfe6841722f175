import { expect, it } from "vitest";
import type { MediaKind, QuotedMessage } from "@/lib/api/types";
import type { UploadItem } from "@/lib/uploads/item";
import { contentsOf } from "./contents";

const upload = (id: string, kind: MediaKind): UploadItem => ({
  key: id,
  id,
  kind,
  conversationId: "c1",
  file: new File(["x"], `${id}.bin`),
  voice: false,
  preview: null,
  state: "ready",
  sent: 1,
  durationMs: 0,
  thumbnailUrl: null,
  url: null,
});
const quoted: QuotedMessage = { id: "m1", direction: "inbound", type: "text", preview: "有嗎？" };
const shape = (...args: Parameters<typeof contentsOf>) =>
  contentsOf(...args).map(({ text, file, quoted: answered }) => [file?.uploadId ?? "", text, answered?.id ?? ""]);

it("a text goes as the caption where the channel has one, else after the files", () => {
  expect(shape("whatsapp", "看這張", [upload("a", "image")], undefined)).toEqual([["a", "看這張", ""]]);
  expect(shape("line", "看這張", [upload("a", "image")], undefined)).toEqual([
    ["a", "", ""],
    ["", "看這張", ""],
  ]);
});

it("a caption goes to the first file that can have one", () =>
  expect(shape("whatsapp", "照片", [upload("a", "audio"), upload("b", "image")], undefined)).toEqual([
    ["a", "", ""],
    ["b", "照片", ""],
  ]));

it("what goes out first answers the quoted message", () =>
  expect(shape("line", "有的", [upload("a", "image")], quoted)).toEqual([
    ["a", "", "m1"],
    ["", "有的", ""],
  ]));
