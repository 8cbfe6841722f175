import { useTranslation } from "react-i18next";
import { Dialog } from "@/components/dialog/dialog";
import { shortcutHelp, useShortcuts } from "@/lib/hooks/shortcuts";
import { useStore } from "@/lib/store";
import styles from "./shortcut-help.module.css";

const SHORTCUTS = [
  { keys: ["j"], name: "next" },
  { keys: ["k"], name: "previous" },
  { keys: ["Enter"], name: "open" },
  { keys: ["r"], name: "reply" },
  { keys: ["Esc"], name: "back" },
  { keys: ["?"], name: "help" },
] as const;

const COMPOSER = [
  { keys: ["Enter"], name: "send" },
  { keys: ["Shift", "Enter"], name: "newline" },
] as const;

export function ShortcutHelp() {
  const { t } = useTranslation();
  const isOpen = useStore(shortcutHelp);
  useShortcuts({ "?": () => shortcutHelp.set(true) });
  return (
    <Dialog title={t("shortcuts.title")} isOpen={isOpen} onClose={() => shortcutHelp.set(false)}>
      <dl className={styles.list}>
        {[...SHORTCUTS, ...COMPOSER].map(({ keys, name }) => (
          <div key={name} className={styles.row}>
            <dt>{t(`shortcuts.${name}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
