import type { Conversation, Permission } from "@/lib/api/types";

export type Answering =
  | { kind: "yes" }
  /** The window is over: only what the platform approved beforehand may be sent. */
  | { kind: "templates" }
  | { kind: "no-permission" }
  | { kind: "closed" }
  | { kind: "cannot"; reason: string }
  | { kind: "colleague"; assigneeId: string };

/** Whether the teammate may write here, and if not, why. The server decides; this says it before somebody types. */
export function mayAnswer(conversation: Conversation, permissions: readonly Permission[], me: string): Answering {
  const { can_reply: canReply, cannot_reply_reason: reason, status, assignee_id: assigneeId } = conversation;
  const window = conversation.reply_window?.state;
  const templates = window === "templates" && (canReply || reason === "window_closed");
  if (!permissions.includes("send_messages")) return { kind: "no-permission" };
  if (!canReply && !templates) return { kind: "cannot", reason: reason ?? "" };
  if (status === "closed") return { kind: "closed" };
  if (assigneeId !== null && assigneeId !== me && !permissions.includes("answer_others"))
    return { kind: "colleague", assigneeId };
  if (window === "closed") return { kind: "cannot", reason: "window_closed" };
  return { kind: templates ? "templates" : "yes" };
}

/** Whether "take over" does anything for this teammate now (rule 22). */
export function mayTakeOver(conversation: Conversation, permissions: readonly Permission[], me: string): boolean {
  const { status, assignee_id: assigneeId } = conversation;
  if (status === "closed" || !permissions.includes("send_messages")) return false;
  if (assigneeId === me) return status === "open";
  return assigneeId === null || permissions.includes("answer_others");
}
