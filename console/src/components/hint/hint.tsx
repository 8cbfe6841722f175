import type { ReactElement } from "react";
import { Tooltip, TooltipTrigger } from "react-aria-components";
import styles from "./hint.module.css";

type HintProps = { text: string; placement?: "top" | "right" | "bottom"; children: ReactElement };

/** Words for something without: shown on hover and on keyboard focus. */
export function Hint({ text, placement = "top", children }: HintProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={60}>
      {children}
      <Tooltip className={styles.hint} placement={placement} offset={6}>
        {text}
      </Tooltip>
    </TooltipTrigger>
  );
}
