import { useCallback, useEffect, useRef, useState } from "react";

export type RecorderState = "idle" | "asking" | "recording";
export type RecorderFailure = "denied" | "missing" | "busy" | "unsupported";

/** What browsers call them. */
const FAILURES: Record<string, RecorderFailure> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  NotReadableError: "busy",
};

/** Longer is a phone call. */
const MOST_MS = 10 * 60_000;
const TICK_MS = 250;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

type Running = { recorder: MediaRecorder; stream: MediaStream; pieces: Blob[]; startedAt: number };

/**
 * Records the teammate's voice (rules 43 and 44). The microphone is asked for when somebody begins, never before, and
 * given back when they end.
 */
export function useRecorder(onDone: (file: File) => void, onFailure: (why: RecorderFailure) => void) {
  const [state, setState] = useState<RecorderState>("idle");
  const [elapsed, setElapsed] = useState(0);
  const running = useRef<Running | null>(null);
  /** Whoever gave up while the browser still asked for the microphone is not recorded by a late yes. */
  const wanted = useRef(0);

  const end = useCallback((): Running | null => {
    const ended = running.current;
    running.current = null;
    wanted.current += 1;
    giveBack(ended?.stream);
    setState("idle");
    setElapsed(0);
    return ended;
  }, []);

  const begin = async (): Promise<void> => {
    if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined") return onFailure("unsupported");
    setState("asking");
    wanted.current += 1;
    const asked = wanted.current;
    let stream: MediaStream | undefined;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (asked !== wanted.current) return giveBack(stream);
      const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
      const recorder = new MediaRecorder(stream, type ? { mimeType: type } : undefined);
      const pieces: Blob[] = [];
      recorder.addEventListener("dataavailable", ({ data }) => void pieces.push(data));
      recorder.start();
      running.current = { recorder, stream, pieces, startedAt: Date.now() };
      setState("recording");
    } catch (error) {
      giveBack(stream);
      if (asked !== wanted.current) return undefined;
      end();
      onFailure((error instanceof DOMException && FAILURES[error.name]) || "unsupported");
    }
    return undefined;
  };

  const finish = useCallback((): void => {
    const { recorder, pieces } = running.current ?? {};
    if (!recorder || !pieces) return;
    recorder.addEventListener("stop", () => {
      end();
      onDone(fileOf(pieces, recorder.mimeType));
    });
    recorder.stop();
  }, [end, onDone]);

  const cancel = useCallback((): void => void end(), [end]);

  useEffect(() => {
    if (state !== "recording") return undefined;
    const timer = setInterval(() => {
      const ms = Date.now() - (running.current?.startedAt ?? Date.now());
      setElapsed(ms);
      if (ms >= MOST_MS) finish();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [state, finish]);

  useEffect(() => cancel, [cancel]);

  return { state, elapsed, begin, finish, cancel };
}

const giveBack = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

function fileOf(pieces: Blob[], type: string): File {
  const [family = "audio/webm"] = type.split(";");
  const ending = family.split("/")[1]?.replace("mp4", "m4a") ?? "webm";
  return new File(pieces, `voice-${new Date().toISOString().slice(0, 19).replaceAll(/[T:]/g, "-")}.${ending}`, {
    type: family,
  });
}
