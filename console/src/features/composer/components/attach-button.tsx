import { Camera, File as FileIcon, Image, LayoutTemplate, Music, Paperclip } from "lucide-react";
import { type ChangeEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { Menu, MenuItem } from "@/components/menu/menu";
import { kindsOf } from "@/features/composer/api/limits";
import type { Channel } from "@/lib/api/types";
import { useMedia } from "@/lib/hooks/use-media";

type AttachButtonProps = {
  channel: Channel;
  onFiles: (files: File[]) => void;
  /** Where the channel has templates. */
  onTemplate?: (() => void) | undefined;
};

type Source = "camera" | "gallery" | "audio" | "file";

/** Rule 43: what can be added to an answer on this channel; on a phone its camera, too. */
export function AttachButton({ channel, onFiles, onTemplate }: AttachButtonProps) {
  const { t } = useTranslation("composer");
  const input = useRef<HTMLInputElement>(null);
  const isTouch = useMedia("(pointer: coarse)");
  const kinds = kindsOf(channel);
  if (kinds.length === 0 && !onTemplate) return null;
  const pictures = kinds.includes("video") ? "image/*,video/*" : "image/*";
  const accept: Record<Source, string> = { camera: "image/*", gallery: pictures, audio: "audio/*", file: "" };
  const pick = (source: Source) => (): void => {
    const field = input.current;
    if (!field) return;
    field.accept = accept[source];
    field.multiple = source !== "camera";
    if (source === "camera") field.setAttribute("capture", "environment");
    else field.removeAttribute("capture");
    field.click();
  };
  const chosen = (event: ChangeEvent<HTMLInputElement>): void => {
    onFiles([...(event.target.files ?? [])]);
    // The same file may be chosen again.
    event.target.value = "";
  };
  const trigger = (
    <IconButton label={t("attach.label")}>
      <Paperclip size={20} aria-hidden />
    </IconButton>
  );
  const sources: { source: Source; icon: typeof Camera; name: string; offered: boolean }[] = [
    { source: "camera", icon: Camera, name: t("attach.camera"), offered: isTouch && kinds.includes("image") },
    {
      source: "gallery",
      icon: Image,
      name: t(kinds.includes("video") ? "attach.gallery" : "attach.pictures"),
      offered: kinds.includes("image"),
    },
    { source: "audio", icon: Music, name: t("attach.audio"), offered: kinds.includes("audio") },
    { source: "file", icon: FileIcon, name: t("attach.file"), offered: kinds.includes("file") },
  ];
  return (
    <>
      <input ref={input} type="file" hidden onChange={chosen} data-testid="attach" />
      <Menu label={t("attach.label")} placement="top start" trigger={trigger}>
        {sources
          .filter(({ offered }) => offered)
          .map(({ source, icon: Icon, name }) => (
            <MenuItem key={source} icon={<Icon size={18} aria-hidden />} onAction={pick(source)}>
              {name}
            </MenuItem>
          ))}
        {onTemplate && (
          <MenuItem icon={<LayoutTemplate size={18} aria-hidden />} onAction={onTemplate}>
            {t("template.action")}
          </MenuItem>
        )}
      </Menu>
    </>
  );
}
