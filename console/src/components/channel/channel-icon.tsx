import type { Channel } from "@/lib/api/types";
import { useTranslation } from "react-i18next";
import styles from "./channel-icon.module.css";

/** Our own signs, in the colour each channel is known by. On a field of 16. */
const SIGNS: Record<Channel, string> = {
  line: "M8 3.4c-3 0-5.3 1.9-5.3 4.3 0 2.1 1.8 3.8 4.3 4.2v1.5c0 .3.3.4.5.2 2-1.3 5.8-3.3 5.8-5.9C13.3 5.3 11 3.4 8 3.4Z",
  facebook:
    "M8 3C5.1 3 2.9 5 2.9 7.7c0 1.500.7 2.7 1.8 3.5v1.9l1.7-.9c.500.1 1 .2 1.600.2 2.9 0 5.1-2 5.1-4.7S10.9 3 8 3Zm.5 6.3L7.2 7.9 4.7 9.3l2.7-2.9 1.4 1.4 2.4-1.4-2.7 2.9Z",
  instagram:
    "M5.6 3h4.8A2.6 2.6 0 0 1 13 5.6v4.8a2.6 2.6 0 0 1-2.6 2.6H5.6A2.6 2.6 0 0 1 3 10.4V5.6A2.6 2.6 0 0 1 5.6 3Zm0 1.2c-.8 0-1.400.6-1.4 1.4v4.8c0 .800.6 1.4 1.4 1.4h4.8c.8 0 1.4-.6 1.4-1.4V5.6c0-.8-.6-1.4-1.4-1.4H5.6ZM8 5.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8Z",
  whatsapp:
    "M8 2.9a5 5 0 0 0-4.3 7.6L3 13l2.6-.7A5 5 0 1 0 8 2.9ZM6.3 5.5l.8 1.3-.5.7c.4.8 1 1.4 1.9 1.9l.7-.5 1.300.8c-.1.9-.8 1.4-1.6 1.3-1.9-.3-3.7-2.1-3.9-3.9-.1-.8.4-1.5 1.3-1.6Z",
  web: "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Zm-1 1.4A3.8 3.8 0 0 0 4.3 7.3h1.9c.1-1.100.4-2.100.8-2.9Zm2 0c.400.800.7 1.800.8 2.9h1.9A3.8 3.8 0 0 0 9 4.4Zm-1-.1c-.300.5-.6 1.6-.7 3h1.4c-.1-1.4-.4-2.5-.7-3ZM4.3 8.6A3.8 3.8 0 0 0 7 11.6c-.4-.8-.7-1.8-.8-3H4.3Zm3 0c.1 1.400.4 2.600.7 3.100.3-.5.6-1.700.7-3.1H7.3Zm2.5 0c-.1 1.2-.4 2.2-.8 3a3.8 3.8 0 0 0 2.7-3H9.8Z",
  order:
    "M8 2.7c1.4 0 2.4 1 2.4 2.4v.3h1.9l.6 7.5H3.1l.6-7.5h1.9v-.3c0-1.4 1-2.4 2.4-2.4Zm0 1.2c-.7 0-1.200.5-1.2 1.2v.3h2.4v-.3c0-.7-.5-1.2-1.2-1.2Z",
};

type ChannelIconProps = {
  channel: Channel;
  size?: number;
  /** Speak its name; false where the name stands beside it. */ named?: boolean;
};

export function ChannelIcon({ channel, size = 18, named = true }: ChannelIconProps) {
  const { t } = useTranslation();
  const label = named ? { role: "img", "aria-label": t(`channel.${channel}`) } : { "aria-hidden": true };
  return (
    <svg {...label} className={`${styles.icon} ${styles[channel]}`} width={size} height={size} viewBox="0 0 16 16">
      <circle cx="8" cy="8" r="8" className={styles.disc} />
      <path d={SIGNS[channel]} className={styles.sign} fillRule="evenodd" />
    </svg>
  );
}
