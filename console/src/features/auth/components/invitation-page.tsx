import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Failure } from "@/components/feedback/failure";
import { Skeleton } from "@/components/feedback/skeleton";
import { getInvitation } from "@/features/auth/api/account";
import { ApiError } from "@/lib/api/errors";
import { AcceptInvitationForm } from "./accept-invitation-form";
import { AuthLayout } from "./auth-layout";
import { useLinkToken } from "./link-token";

export function InvitationPage() {
  const { t } = useTranslation("auth");
  const token = useLinkToken();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => getInvitation(token),
    retry: false,
  });
  if (error instanceof ApiError && error.status < 500) {
    return (
      <AuthLayout title={t("invitation.invalid")} text={t("invitation.invalidText")}>
        <Link to="/signin">{t("backToSignIn")}</Link>
      </AuthLayout>
    );
  }
  if (error) return <Failure error={error} onRetry={() => void refetch()} isRetrying={isFetching} />;
  if (!data) {
    return (
      <AuthLayout title={t("invitation.loading")}>
        <Skeleton height="2.6rem" />
        <Skeleton height="2.6rem" />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={t("invitation.title", { tenant: data.tenant_name })}
      text={t("invitation.text", { email: data.email })}
    >
      <AcceptInvitationForm token={token} invitation={data} />
    </AuthLayout>
  );
}
