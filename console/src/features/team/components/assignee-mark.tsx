import { useTranslation } from "react-i18next";
import { Avatar } from "@/components/avatar/avatar";
import { useTeammateName } from "@/features/team/api/use-team";
import styles from "./assignee-mark.module.css";

/** Who handles it, in the space of two letters. */
export function AssigneeMark({ id }: { id: string }) {
  const { t } = useTranslation("inbox");
  const name = useTeammateName(id);
  return (
    <span className={styles.mark} title={t("assignedTo", { name })}>
      <Avatar id={id} name={name} size={20} />
      <span className="visually-hidden">{t("assignedTo", { name })}</span>
    </span>
  );
}
