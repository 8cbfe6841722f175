import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { Spinner } from "@/components/feedback/spinner";
import styles from "./button.module.css";

type Look = "primary" | "secondary" | "quiet" | "danger";

type ButtonProps = Omit<AriaButtonProps, "className" | "children"> & {
  look?: Look;
  size?: "m" | "s";
  icon?: ReactNode;
  wide?: boolean;
  children: ReactNode;
};

/** A button with words. While pending it keeps its width and the focus, and cannot be pressed twice. */
export function Button({ look = "secondary", size = "m", icon, wide = false, children, ...rest }: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      className={[styles.button, styles[look], styles[size], wide && styles.wide].filter(Boolean).join(" ")}
    >
      {rest.isPending ? <Spinner /> : icon}
      <span>{children}</span>
    </AriaButton>
  );
}
