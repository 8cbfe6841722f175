import { useTranslation } from "react-i18next";
import { Avatar } from "@/components/avatar/avatar";
import type { FoundAccount } from "@/features/channels/api/connections";
import styles from "./connect.module.css";

type FoundListProps = { accounts: FoundAccount[]; chosen: string[]; onChange: (chosen: string[]) => void };

/** The pages or numbers that somebody may connect; those that are already, are named as such. */
export function FoundList({ accounts, chosen, onChange }: FoundListProps) {
  const { t } = useTranslation("channels");
  const toggle = (id: string, on: boolean): void =>
    onChange(on ? [...chosen, id] : chosen.filter((each) => each !== id));
  return (
    <ul className={styles.found}>
      {accounts.map(({ provider_id: id, name, handle, picture_url: picture, account_id: known }) => (
        <li key={id}>
          <label className={styles.foundItem}>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={(event) => toggle(id, event.target.checked)}
            />
            <Avatar id={id} name={name} picture={picture ?? null} size={36} />
            <span className={styles.foundText}>
              <span>{name || id}</span>
              <span className={styles.faint}>
                {[handle || (name && id), known && t("found.known")].filter(Boolean).join(" · ")}
              </span>
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}
