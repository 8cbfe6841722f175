export type SendFailure = {
  code: string;
  detail: string;
  /** True when the server may have taken it all the same. */ unclear: boolean;
};

/** A message on its way from this tab to the server. */
export type OutboxItem = {
  /** Made once per message and kept over every try: the server stores it once however often it arrives. */
  key: string;
  conversationId: string;
  text: string;
  createdAt: string;
  /** The thread's last sequence when it was written: an older message cannot be this one. */
  afterSequence: number;
  /** waiting: tries again by itself. failed: a person decides. */
  state: "sending" | "waiting" | "failed";
  failure?: SendFailure;
};
