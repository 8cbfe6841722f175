import type { ReactNode } from "react";
import { Button, type ButtonProps } from "react-aria-components";
import { Hint } from "@/components/hint/hint";
import styles from "./icon-button.module.css";

type IconButtonProps = Omit<ButtonProps, "className" | "children"> & {
  /** Says what it does, to everybody: spoken, and shown when pointed at. */
  label: string;
  children: ReactNode;
  look?: "plain" | "primary" | "rail";
};

export function IconButton({ label, children, look = "plain", ...rest }: IconButtonProps) {
  return (
    <Hint text={label} placement={look === "rail" ? "right" : "top"}>
      <Button {...rest} aria-label={label} className={`${styles.button} ${styles[look]}`}>
        {children}
      </Button>
    </Hint>
  );
}
