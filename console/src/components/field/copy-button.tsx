import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { copyText } from "@/lib/copy-text";

const SHOWN_MS = 2_000;

/** Puts a text on the clipboard, and says so; label: what it copies, for those who hear it. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const Icon = copied ? Check : Copy;
  return (
    <Button size="s" icon={<Icon size={15} aria-hidden />} onPress={() => void copy()}>
      {copied ? t("action.copied") : t("action.copy")}
      <span className="visually-hidden">{label}</span>
    </Button>
  );
}
