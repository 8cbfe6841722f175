import { type RefObject, useState } from "react";

/** Plays an <audio>, which takes `events`, and stops it; onError: what it was given cannot be played. */
export function usePlayback(audio: RefObject<HTMLAudioElement | null>, onError?: () => void) {
  const [playing, setPlaying] = useState(false);
  const play = async (): Promise<void> => {
    try {
      await audio.current?.play();
    } catch (error) {
      setPlaying(false);
      // Stopped before it had begun: nothing is wrong with the sound.
      if (!(error instanceof DOMException && error.name === "AbortError")) onError?.();
    }
  };
  const toggle = (): void => {
    if (playing) audio.current?.pause();
    else void play();
  };
  const events = { onPlay: () => setPlaying(true), onPause: () => setPlaying(false) };
  return { playing, toggle, events };
}
