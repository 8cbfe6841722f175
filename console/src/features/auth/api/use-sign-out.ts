import { useMutation } from "@tanstack/react-query";
import { toast } from "@/components/toast/toasts";
import { errorText } from "@/lib/i18n/error-text";
import { signOut } from "@/lib/session/session";

/** Says so when it did not work: a shared computer must not look signed out while the cookie lives. */
export const useSignOut = () =>
  useMutation({ mutationFn: signOut, onError: (error) => toast(errorText(error), "bad") });
