import type { ReactNode } from "react";
import { Button, type ButtonProps } from "react-aria-components";
import { Hint } from "@/components/hint/hint";
import styles from "./icon-button.module.css";

type IconButtonProps = Omit<ButtonProps, "className" | "children"> & {
  /** Says what it does, to everybody: spoken, and shown when pointed at. */
  label: string;
  children: ReactNode;
  look?: "plain" | "primary" | "rail";
  /** False for signs everybody knows: a hint would take the Escape that was meant for the dialog. */
  hint?: boolean;
};

export function IconButton({ label, children, look = "plain", hint = true, ...rest }: IconButtonProps) {
  const button = (
    <Button {...rest} aria-label={label} className={`${styles.button} ${styles[look]}`}>
      {children}
    </Button>
  );
  if (!hint) return button;
  return (
    <Hint text={label} placement={look === "rail" ? "right" : "top"}>
      {button}
    </Hint>
  );
}
