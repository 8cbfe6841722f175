import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { aMessage, aSession } from "@/test/data";
import { renderDesk } from "@/test/render-desk";
import { RichText } from "../rich-text";
import { AdCard } from "./ad-card";
import { ContactCards } from "./contact-cards";
import { WrittenOn } from "./context-lines";
import { ForeignPicture } from "./foreign-picture";
import { PostView } from "./post-view";

const show = (address: string) =>
  renderDesk(
    <>
      <RichText text={`${address} <a href="${address}">here</a>`} />
      <WrittenOn details={{ page_url: address, page_title: "Coats" }} />
      <PostView message={aMessage({ type: "post", details: { page_url: address, page_title: "Autumn" } })} />
      <AdCard ad={{ ad_id: "1", title: "Sale", url: address, picture_url: address }} />
      <ForeignPicture url={address} alt="A story" gone="It is gone" />
    </>,
    aSession(),
  );

it.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "intent://scan"])(
  "what comes from customers is text: %s leads nowhere",
  (address) => {
    const { container } = show(address);
    expect(screen.queryAllByRole("link")).toEqual([]);
    expect(container.querySelectorAll("[href], [src]")).toHaveLength(0);
    expect(screen.getByText(`${address} <a href="${address}">here</a>`)).toBeInTheDocument();
    expect(screen.getByText("It is gone")).toBeInTheDocument();
  },
);

it("pages of the web open in a tab that knows nothing of this one", () => {
  show("https://shop.example/a");
  const links = screen.getAllByRole("link");
  expect(links.length).toBeGreaterThanOrEqual(5);
  for (const link of links) {
    expect(link).toHaveAttribute("target", "_blank");
    expect(link).toHaveAttribute("rel", "noopener noreferrer");
  }
});

it("an address in a contact card adds nothing to the mail it begins", () => {
  renderDesk(<ContactCards contacts={[{ name: "Wang", emails: ["a@b.example?bcc=all@c.example"] }]} />, aSession());
  const address = screen.getByRole("link").getAttribute("href") ?? "";
  expect(new URL(address).search).toBe("");
});
