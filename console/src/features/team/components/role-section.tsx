import { useTranslation } from "react-i18next";
import { Card } from "@/components/page/card";
import type { Role, Teammate } from "@/lib/api/types";
import { TeammateRow } from "./teammate-row";
import styles from "./role-section.module.css";

export function RoleSection({ role, members }: { role: Role; members: Teammate[] }) {
  const { t } = useTranslation();
  return (
    <div className={styles.section}>
      <h2 className={styles.role}>
        {t(`role.${role}`)} <span className={styles.count}>{members.length}</span>
      </h2>
      <Card flush>
        <ul>
          {members.map((teammate) => (
            <TeammateRow key={teammate.id} teammate={teammate} />
          ))}
        </ul>
      </Card>
    </div>
  );
}
