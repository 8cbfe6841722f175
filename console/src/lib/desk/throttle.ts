/** Calls `run` at once, then at most once per `interval` ms; a call in between is made up for at its end. */
export function throttle(run: () => void, interval: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const open = (): void => {
    timer = undefined;
    if (!again) return;
    again = false;
    call();
  };
  const call = (): void => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    timer = setTimeout(open, interval);
    run();
  };
  return call;
}
