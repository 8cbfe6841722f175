import "@/styles/base.css";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { startI18n } from "@/lib/i18n/i18n";
import { renew } from "@/lib/session/session";
import { startTheme } from "@/lib/theme";

startTheme();
// Who is here is asked while the texts are read; the answer is kept in the session's own state.
void renew().catch(() => undefined);
await startI18n();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
