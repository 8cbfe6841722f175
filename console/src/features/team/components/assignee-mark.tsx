import { useTranslation } from "react-i18next";
import { Avatar } from "@/components/avatar/avatar";
import { useTeammateName } from "@/features/team/api/use-team";
import { useSession } from "@/lib/desk/context";
import styles from "./assignee-mark.module.css";

/** Who handles it, in the space of two letters. */
export function AssigneeMark({ id }: { id: string }) {
  const { t } = useTranslation("inbox");
  const { teammate } = useSession();
  const colleague = useTeammateName(id);
  const mine = id === teammate.id;
  const name = mine ? teammate.name : colleague;
  const words = mine ? t("assignedToYou") : t("assignedTo", { name });
  return (
    <span className={styles.mark} title={words}>
      <Avatar id={id} name={name} size={20} />
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
