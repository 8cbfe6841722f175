import { Mic, Music } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { PlayButton } from "@/components/audio/play-button";
import { usePlayback } from "@/components/audio/use-playback";
import type { Attachment } from "@/lib/api/types";
import { durationText } from "@/lib/size-text";
import styles from "./audio-player.module.css";

type AudioPlayerProps = { attachment: Attachment; url: string; name: string; onError: () => void };

const SPEEDS = [1, 1.5, 2];

/** A recording with its length, its progress, and a faster voice for who is in a hurry. */
export function AudioPlayer({ attachment, url, name, onError }: AudioPlayerProps) {
  const { t } = useTranslation("thread");
  const audio = useRef<HTMLAudioElement>(null);
  const { playing, toggle, events } = usePlayback(audio, onError);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(attachment.duration_ms / 1000);
  const [speed, setSpeed] = useState(1);
  const faster = (): void => {
    const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
    if (audio.current) audio.current.playbackRate = next;
    setSpeed(next);
  };
  const seek = (seconds: number): void => {
    if (audio.current) audio.current.currentTime = seconds;
    setAt(seconds);
  };
  const Kind = attachment.voice ? Mic : Music;
  return (
    <div className={styles.player} role="group" aria-label={name}>
      <PlayButton playing={playing} label={t(playing ? "audio.pause" : "audio.play")} onPress={toggle} />
      <input
        type="range"
        className={styles.track}
        min={0}
        max={Math.max(length, 0.1)}
        step={0.1}
        value={Math.min(at, length)}
        aria-label={t("audio.position")}
        aria-valuetext={`${durationText(at * 1000)} / ${durationText(length * 1000)}`}
        onChange={(event) => seek(Number(event.target.value))}
      />
      <span className={styles.time}>
        <Kind size={13} aria-hidden />
        {durationText((playing || at > 0 ? at : length) * 1000)}
      </span>
      <button type="button" className={styles.speed} aria-label={t("audio.speed", { speed })} onClick={faster}>
        {t("audio.times", { speed })}
      </button>
      <audio
        ref={audio}
        {...events}
        src={url}
        preload={attachment.duration_ms > 0 ? "none" : "metadata"}
        onEnded={() => setAt(0)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={({ currentTarget: { duration } }) => Number.isFinite(duration) && setLength(duration)}
        onError={onError}
      />
    </div>
  );
}
