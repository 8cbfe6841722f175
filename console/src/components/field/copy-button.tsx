import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button/button";
import { copyText } from "@/lib/copy-text";

const SHOWN_MS = 2_000;

/** Puts a text on the clipboard, and says so; label: what it copies, for those who hear it. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    if (told === null) return undefined;
    const timer = setTimeout(() => setTold(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = async (): Promise<void> => {
    await copyText(value);
    setTold(value);
  };
  // A value made anew in the meantime is not on the clipboard.
  const copied = told === value;
  const Icon = copied ? Check : Copy;
  return (
    <Button size="s" icon={<Icon size={15} aria-hidden />} onPress={() => void copy()}>
      {copied ? t("action.copied") : t("action.copy")}
      <span className="visually-hidden">{label}</span>
    </Button>
  );
}
