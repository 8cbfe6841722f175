import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRef } from "react";
import { expect, it, vi } from "vitest";
import { PlayButton } from "./play-button";
import { usePlayback } from "./use-playback";

function Player({ onError }: { onError: () => void }) {
  const audio = useRef<HTMLAudioElement>(null);
  const { playing, toggle, events } = usePlayback(audio, onError);
  return (
    <>
      <PlayButton playing={playing} label={playing ? "stop" : "play"} onPress={toggle} />
      <audio ref={audio} {...events} />
    </>
  );
}

/** jsdom plays nothing: this begins, and then fails as browsers do. */
function beginsAndFails(name: string) {
  vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(function (this: HTMLMediaElement) {
    this.dispatchEvent(new Event("play"));
    return Promise.reject(new DOMException("…", name));
  });
}

it.each([
  ["NotSupportedError", 1],
  ["AbortError", 0],
])("tells of what cannot be played, not of what was stopped before it began (%s)", async (name, told) => {
  beginsAndFails(name);
  const onError = vi.fn();
  render(<Player onError={onError} />);
  await userEvent.click(screen.getByRole("button", { name: "play" }));
  await waitFor(() => expect(screen.getByRole("button")).toHaveAccessibleName("play"));
  expect(onError).toHaveBeenCalledTimes(told);
});
