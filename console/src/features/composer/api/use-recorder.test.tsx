import { act, renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useRecorder } from "./use-recorder";

it("gives the microphone back when the browser cannot record from it", async () => {
  const stop = vi.fn();
  const getUserMedia = async () => ({ getTracks: () => [{ stop }] });
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { mediaDevices: { getUserMedia } }));
  vi.stubGlobal(
    "MediaRecorder",
    class {
      static isTypeSupported = () => false;
      constructor() {
        throw new DOMException("…", "NotSupportedError");
      }
    },
  );
  const onFailure = vi.fn();
  const { result } = renderHook(() => useRecorder(vi.fn(), onFailure));
  await act(() => result.current.begin());
  expect(stop).toHaveBeenCalledTimes(1);
  expect(onFailure).toHaveBeenCalledWith("unsupported");
  expect(result.current.state).toBe("idle");
});
