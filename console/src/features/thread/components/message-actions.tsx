import { Copy, Reply } from "lucide-react";
import { type RefObject, useState } from "react";
import { Menu, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { MenuItem } from "@/components/menu/menu";
import menu from "@/components/menu/menu.module.css";
import { toast } from "@/components/toast/toasts";
import { copyable } from "@/features/thread/api/can-quote";
import { useThreadTools } from "@/features/thread/api/thread-tools";
import { useLongPress } from "@/lib/hooks/use-long-press";
import type { Message } from "@/lib/api/types";
import { copyText } from "@/lib/copy-text";
import styles from "./message-actions.module.css";

type Action = { name: "reply" | "copy"; run: () => void };

/** Rules 46 and 47: what can be done with a message, a template's included. */
function useActions(message: Message, quotable: boolean): Action[] {
  const { t } = useTranslation("thread");
  const { quote } = useThreadTools();
  const text = copyable(message);
  const copy = async (): Promise<void> => {
    await copyText(text);
    toast(t("actions.copied"));
  };
  return [
    ...(quote && quotable ? [{ name: "reply" as const, run: () => quote(message) }] : []),
    ...(text ? [{ name: "copy" as const, run: () => void copy() }] : []),
  ];
}

const ICONS = { reply: Reply, copy: Copy };

type MessageActionsProps = { message: Message; quotable: boolean; bubble: RefObject<HTMLElement | null> };

/** Buttons beside a message where there is a pointer or a keyboard; a menu under a long press where there is a finger. */
export function MessageActions({ message, quotable, bubble }: MessageActionsProps) {
  const { t } = useTranslation("thread");
  const actions = useActions(message, quotable);
  const [isOpen, setOpen] = useState(false);
  useLongPress(bubble, () => setOpen(true));
  if (actions.length === 0) return null;
  return (
    <div className={styles.actions}>
      {actions.map(({ name, run }) => {
        const Icon = ICONS[name];
        return (
          <button key={name} type="button" className={styles.button} title={t(`actions.${name}`)} onClick={run}>
            <Icon size={15} aria-hidden />
            <span className="visually-hidden">{t(`actions.${name}`)}</span>
          </button>
        );
      })}
      {isOpen && (
        <Popover className={menu.popover} triggerRef={bubble} isOpen onOpenChange={setOpen} placement="bottom">
          <Menu aria-label={t("actions.label")} className={menu.menu} autoFocus="first" onClose={() => setOpen(false)}>
            {actions.map(({ name, run }) => {
              const Icon = ICONS[name];
              return (
                <MenuItem key={name} icon={<Icon size={18} aria-hidden />} onAction={run}>
                  {t(`actions.${name}`)}
                </MenuItem>
              );
            })}
          </Menu>
        </Popover>
      )}
    </div>
  );
}
