import type { ReactElement, ReactNode } from "react";
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import styles from "./menu.module.css";

type MenuProps = {
  trigger: ReactElement;
  label: string;
  children: ReactNode;
  placement?: "bottom end" | "right bottom" | "top end" | "top start";
};

export function Menu({ trigger, label, children, placement = "bottom end" }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popover} placement={placement} offset={6}>
        <AriaMenu aria-label={label} className={styles.menu}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

type MenuItemProps = {
  icon?: ReactNode;
  children: string;
  onAction: () => void;
  danger?: boolean;
  isDisabled?: boolean;
};

export function MenuItem({ icon, children, onAction, danger = false, isDisabled }: MenuItemProps) {
  return (
    <AriaMenuItem
      className={`${styles.item} ${danger ? styles.danger : ""}`}
      onAction={onAction}
      isDisabled={isDisabled}
      textValue={children}
    >
      {icon}
      <span>{children}</span>
    </AriaMenuItem>
  );
}

export const MenuLine = () => <Separator className={styles.line} />;
