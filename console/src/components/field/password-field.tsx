import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button/icon-button";
import { TextField } from "./text-field";

/** A password, shown while its writer wants to see it. */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, "type" | "end">) {
  const { t } = useTranslation();
  const [visible, setVisible] = useState(false);
  const Icon = visible ? EyeOff : Eye;
  return (
    <TextField
      {...props}
      type={visible ? "text" : "password"}
      end={
        <IconButton label={visible ? t("password.hide") : t("password.show")} onPress={() => setVisible(!visible)}>
          <Icon size={18} aria-hidden />
        </IconButton>
      }
    />
  );
}
