import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ChannelIcon } from "@/components/channel/channel-icon";
import { Dialog } from "@/components/dialog/dialog";
import type { Credentials } from "@/features/channels/api/channel-forms";
import { CHANNELS, type Channel, type ChannelAccount } from "@/lib/api/types";
import { ConnectForm } from "./connect-form";
import { ConnectedStep } from "./connected-step";
import styles from "./connect.module.css";

/** Which channel, then how: by the platform's dialog or by hand; at the end what has to be told to the other side. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["channels", "common"]);
  const [channel, setChannel] = useState<Channel | null>(null);
  const [made, setMade] = useState<{ account: ChannelAccount; credentials: Credentials } | null>(null);
  if (made) return <ConnectedStep {...made} onClose={onClose} />;
  const title = channel ? t("connect.title", { channel: t(`common:channel.${channel}`) }) : t("wizard.title");
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      {channel ? (
        <ConnectForm
          channel={channel}
          onBack={() => setChannel(null)}
          onConnected={(account, credentials) => setMade({ account, credentials })}
        />
      ) : (
        <ul className={styles.channels}>
          {CHANNELS.map((each) => (
            <li key={each} style={{ display: "grid" }}>
              <button type="button" className={styles.channel} onClick={() => setChannel(each)}>
                <ChannelIcon channel={each} size={28} named={false} />
                <span className={styles.channelName}>{t(`common:channel.${each}`)}</span>
                <span className={styles.channelText}>{t(`wizard.${each}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
