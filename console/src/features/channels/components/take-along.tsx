import { useTranslation } from "react-i18next";
import { CopyBlock } from "@/components/field/copy-block";
import { CopyField } from "@/components/field/copy-field";
import { MEMBER_ATTRIBUTE, MEMBER_TOKEN, scriptLine } from "@/features/channels/api/site-code";
import type { ChannelAccount } from "@/lib/api/types";
import styles from "./connect.module.css";

/** What the other side needs of an account, now and later: the line for a site, else the address of its webhook. */
export function TakeAlong({ account }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  if (account.channel !== "web") return <Addresses account={account} />;
  return (
    <>
      <CopyBlock label={t("site.script")} value={scriptLine(account)} />
      <details className={styles.more}>
        <summary className={styles.summary}>{t("site.members")}</summary>
        <ol className={styles.steps}>
          <li>{t("site.secret")}</li>
          <li>
            {t("site.token")}
            <CopyBlock label={t("site.example")} value={MEMBER_TOKEN} />
          </li>
          <li>
            {t("site.attribute")}
            <CopyBlock label={t("site.addition")} value={MEMBER_ATTRIBUTE} />
          </li>
        </ol>
      </details>
    </>
  );
}

function Addresses({ account }: { account: ChannelAccount }) {
  const { t } = useTranslation("channels");
  const deletion = account.data_deletion_url;
  return (
    <>
      <CopyField label={t("webhook")} value={account.webhook_url} />
      {deletion && (
        <details className={styles.more}>
          <summary className={styles.summary}>{t("ownApp")}</summary>
          <p>{t("deletion.text")}</p>
          <CopyField label={t("deletion.url")} value={deletion} />
        </details>
      )}
    </>
  );
}
