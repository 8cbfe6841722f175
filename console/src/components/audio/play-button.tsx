import { Pause, Play } from "lucide-react";
import styles from "./play-button.module.css";

type PlayButtonProps = { playing: boolean; /** What pressing it does now. */ label: string; onPress: () => void };

/** Begins and stops a sound. */
export function PlayButton({ playing, label, onPress }: PlayButtonProps) {
  const Icon = playing ? Pause : Play;
  return (
    <button type="button" className={styles.play} aria-label={label} onClick={onPress}>
      <Icon size={18} aria-hidden />
    </button>
  );
}
