import { QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { Desk } from "@/lib/desk/desk";
import type { Permission } from "@/lib/api/types";
import type { Session } from "@/lib/session/session";

type DeskContext = { desk: Desk; session: Session };

const Context = createContext<DeskContext | null>(null);

/** Give it the teammate's id as key: another teammate gets another desk. */
export function DeskProvider({ session, children }: { session: Session; children: ReactNode }) {
  const [desk] = useState(() => new Desk(session));
  useDeskLifetime(desk);
  return (
    <Context value={{ desk, session }}>
      <QueryClientProvider client={desk.queries}>{children}</QueryClientProvider>
    </Context>
  );
}

function useDeskLifetime(desk: Desk): void {
  useEffect(() => {
    desk.open();
    const wake = () => {
      desk.stream.wake();
      desk.outbox.resume();
    };
    const look = () => document.visibilityState === "visible" && desk.stream.wake();
    const sleep = () => desk.stream.sleep();
    const warn = (event: BeforeUnloadEvent) => (desk.outbox.pending || desk.compose.pending) && event.preventDefault();
    window.addEventListener("online", wake);
    window.addEventListener("offline", sleep);
    window.addEventListener("beforeunload", warn);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", sleep);
      window.removeEventListener("beforeunload", warn);
      document.removeEventListener("visibilitychange", look);
      desk.close();
    };
  }, [desk]);
}

function useDeskContext(): DeskContext {
  const context = use(Context);
  if (!context) throw new Error("Used outside of DeskProvider");
  return context;
}

export const useDesk = (): Desk => useDeskContext().desk;
export const useSession = (): Session => useDeskContext().session;

/** What a teammate may not do is not offered; the server refuses it in any case. */
export const useCan = (permission: Permission): boolean => useSession().permissions.includes(permission);
