import { useTranslation } from "react-i18next";
import { Chip } from "@/components/chip/chip";
import type { Verdict } from "@/features/ledger/api/use-ledger";

const TONES: Record<Verdict, "pine" | "neutral" | "coral" | "brass"> = {
  stored: "pine",
  duplicate: "neutral",
  refused: "coral",
  parked: "brass",
};

export function VerdictChip({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation("ledger");
  return <Chip tone={TONES[verdict] ?? "neutral"}>{t(`verdict.${verdict}`)}</Chip>;
}
