import { User, Users } from "lucide-react";
import { useState } from "react";
import { initials, tint } from "./initials";
import styles from "./avatar.module.css";

type AvatarProps = {
  name: string;
  picture?: string | null;
  id: string;
  size?: number;
  kind?: "person" | "group" | "room";
};

const SMALL = 28;

/** The picture; the initials on a colour of their own where there is none, or where it cannot be loaded. Says nothing: the name stands beside it. */
export function Avatar({ name, picture, id, size = 40, kind = "person" }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const Icon = kind === "person" ? User : Users;
  const style = { width: size, height: size, fontSize: size * (size < SMALL ? 0.5 : 0.36) };
  return (
    <span className={`${styles.avatar} ${styles[`tint${tint(id)}`]}`} style={style} aria-hidden="true">
      {picture && broken !== picture ? (
        <img
          src={picture}
          alt=""
          loading="lazy"
          decoding="async"
          referrerPolicy="no-referrer"
          onError={() => setBroken(picture)}
        />
      ) : (
        initials(name, size < SMALL ? 1 : 2) || <Icon size={size * 0.5} />
      )}
    </span>
  );
}
