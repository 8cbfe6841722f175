import { CircleAlert, FileText, Mic, RotateCw, Video, X } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { PlayButton } from "@/components/audio/play-button";
import { usePlayback } from "@/components/audio/use-playback";
import { IconButton } from "@/components/button/icon-button";
import { Spinner } from "@/components/feedback/spinner";
import { useDesk } from "@/lib/desk/context";
import { i18n } from "@/lib/i18n/i18n";
import { durationText, sizeText } from "@/lib/size-text";
import { progressOf, type UploadItem } from "@/lib/uploads/item";
import styles from "./extras.module.css";

/** The files of an answer that is being written, how far each is, and what can be done about it. */
export function UploadTray({ items }: { items: UploadItem[] }) {
  const { t } = useTranslation("composer");
  return (
    <ul className={styles.tray} aria-label={t("files.label")}>
      {items.map((item) => (
        <Tile key={item.key} item={item} />
      ))}
    </ul>
  );
}

function Tile({ item }: { item: UploadItem }) {
  const { t } = useTranslation("composer");
  const { uploads } = useDesk().compose;
  const { name } = item.file;
  const failed = item.state === "failed";
  return (
    <li className={styles.tile} data-state={item.state}>
      {item.voice && item.preview && !failed ? <Listen url={item.preview} /> : <Sample item={item} />}
      <span className={styles.facts}>
        <span className={styles.fileName}>{item.voice ? t("recorder.name") : name}</span>
        <span className={failed ? styles.trouble : styles.faint} role="status">
          {stateText(item)}
        </span>
        {(item.state === "uploading" || item.state === "waiting") && (
          <progress
            className={styles.progress}
            max={1}
            value={progressOf(item)}
            aria-label={t("files.progress", { name })}
          />
        )}
      </span>
      {failed && (
        <IconButton label={t("files.retry", { name })} onPress={() => uploads.retry(item.key)}>
          <RotateCw size={16} aria-hidden />
        </IconButton>
      )}
      <IconButton hint={false} label={t("files.remove", { name })} onPress={() => uploads.remove(item.key)}>
        <X size={16} aria-hidden />
      </IconButton>
    </li>
  );
}

function Sample({ item: { kind, preview, thumbnailUrl, state } }: { item: UploadItem }) {
  const picture = thumbnailUrl ?? (kind === "image" ? preview : null);
  const Icon = state === "failed" ? CircleAlert : { image: FileText, video: Video, audio: Mic, file: FileText }[kind];
  return (
    <span className={styles.sample}>
      {picture ? <img src={picture} alt="" /> : <Icon size={20} aria-hidden />}
      {(state === "uploading" || state === "converting") && (
        <span className={styles.veil}>
          <Spinner />
        </span>
      )}
    </span>
  );
}

/** What was recorded, to be heard before it is sent. */
function Listen({ url }: { url: string }) {
  const { t } = useTranslation("composer");
  const audio = useRef<HTMLAudioElement>(null);
  const { playing, toggle, events } = usePlayback(audio);
  return (
    <>
      <PlayButton playing={playing} label={t(playing ? "recorder.pause" : "recorder.listen")} onPress={toggle} />
      <audio ref={audio} {...events} src={url} />
    </>
  );
}

function stateText(item: UploadItem): string {
  const { state, failure, file, durationMs } = item;
  if (state === "failed") {
    const key = `composer:files.failed.${failure?.code}`;
    return i18n.exists(key)
      ? i18n.t(key as "composer:files.failed.other")
      : failure?.detail || i18n.t("composer:files.failed.other");
  }
  if (state === "converting") return i18n.t("composer:files.converting");
  if (state === "ready")
    return [durationMs > 0 && durationText(durationMs), sizeText(file.size)].filter(Boolean).join(" · ");
  if (state === "waiting") return i18n.t("composer:files.waiting");
  return i18n.t("composer:files.uploading", { percent: Math.round(progressOf(item) * 100) });
}
