import { describe, expect, it } from "vitest";
import { type Channel } from "@/lib/api/types";
import { checkFile, kindOf } from "./check-file";
import { kindsOf, mayRecord } from "./limits";

const a = (type: string, size = 1000, name = "x") => ({ type, size, name });
const SOCIAL: Channel[] = ["line", "facebook", "instagram", "whatsapp"];

describe("what a channel takes", () => {
  it("rules 52 to 55: pictures everywhere, films and sound not on the site, files on Meta's channels alone", () => {
    expect(kindsOf("line")).toEqual(["image", "video", "audio"]);
    for (const channel of ["facebook", "instagram", "whatsapp"] as const)
      expect(kindsOf(channel)).toEqual(["image", "video", "audio", "file"]);
    expect(kindsOf("web")).toEqual(["image"]);
  });

  it("rule 44: recordings on LINE, Facebook, Instagram and WhatsApp", () => {
    expect([...SOCIAL, "web" as const, "order" as const].filter(mayRecord)).toEqual(SOCIAL);
  });

  it("refuses what is of the wrong kind, too large or empty, and says which", () => {
    expect(checkFile(a("application/pdf"), "line")).toEqual({ ok: false, reason: "kind", kind: "file" });
    expect(checkFile(a("video/mp4", 17_000_000), "whatsapp")).toMatchObject({ reason: "size", most: 16_000_000 });
    expect(checkFile(a("image/png", 0), "web")).toMatchObject({ reason: "empty" });
    expect(checkFile(a("image/png", 12_000_000), "whatsapp")).toEqual({ ok: true, kind: "image" });
  });

  it("knows a phone's picture without a type, and that a drawing of vectors is a file", () => {
    expect(kindOf(a("", 1, "IMG_1.HEIC"))).toBe("image");
    expect(kindOf(a("image/svg+xml"))).toBe("file");
    expect(kindOf(a("audio/webm;codecs=opus"))).toBe("audio");
  });
});
