import { Smile } from "lucide-react";
import { useState } from "react";
import { Dialog, DialogTrigger, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { EMOJI } from "@/features/composer/api/emoji";
import styles from "./emoji-button.module.css";

/** Rule 33. A small choice of what people in shops write; any other is a key away on the system's own picker. */
export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation("composer");
  const [isOpen, setOpen] = useState(false);
  const pick = (emoji: string): void => {
    setOpen(false);
    // The popover gives the focus back first; then it belongs to the text.
    setTimeout(() => onPick(emoji), 0);
  };
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <IconButton label={t("emoji")}>
        <Smile size={20} aria-hidden />
      </IconButton>
      <Popover placement="top start" offset={8} className={styles.popover}>
        <Dialog aria-label={t("emoji")} className={styles.dialog}>
          <ListBox
            aria-label={t("emoji")}
            layout="grid"
            className={styles.grid}
            onAction={(key) => pick(String(key))}
            autoFocus
          >
            {EMOJI.map((emoji) => (
              <ListBoxItem key={emoji} id={emoji} textValue={emoji} className={styles.emoji}>
                {emoji}
              </ListBoxItem>
            ))}
          </ListBox>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
