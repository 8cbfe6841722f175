import type { ChannelAccount } from "@/lib/api/types";

/** The line that puts the widget on every page of a site; the address of the script never changes. */
export function scriptLine({ id, webhook_url: webhook }: ChannelAccount): string {
  const desk = webhook.slice(0, webhook.lastIndexOf("/webhooks/"));
  return `<script src="${desk}/widget/v1/widget.js" data-account="${id}" async></script>`;
}

/** What says on a page who is signed in. */
export const MEMBER_ATTRIBUTE = 'data-member-token="<token>"';

/** How the shop's server makes that token, for each page view. */
export const MEMBER_TOKEN = `token = jwt.encode(
    {
        "sub": member.id,
        "name": member.name,
        "email": member.email,
        "phone": member.phone,
        "exp": int(time.time()) + 3600,
    },
    widget_secret,
    algorithm="HS256",
)`;
