"""What bots may read: profiles, groups, themselves, their quota."""

from typing import Any

from libs.clock.clock import Clock
from services.simulator.domain.accounts import Customer, Group
from services.simulator.domain.errors import not_found
from services.simulator.service.api import Reply, Request


class Directory:
    """GET endpoints of the Messaging API."""

    def __init__(self, clock: Clock, pictures_url: str) -> None:
        self._clock = clock
        self._pictures_url = pictures_url

    def profile(self, request: Request) -> Reply:
        """A friend's profile; 404 for strangers and for those who block the account."""
        person = request.account.customer(request.path["user_id"])
        if person is None or person.blocked:
            raise not_found()
        extra = {"language": person.language, "statusMessage": person.status_message}
        return Reply(self._person(person) | {key: value for key, value in extra.items() if value is not None})

    def group_summary(self, request: Request) -> Reply:
        """A group's name."""
        group = _group(request, "group")
        return Reply({"groupId": group.chat_id, "groupName": group.name, "pictureUrl": self._picture(group.chat_id)})

    def group_member(self, request: Request) -> Reply:
        """A member's profile, friend or not."""
        return self._member(request, "group")

    def room_member(self, request: Request) -> Reply:
        """A member's profile, friend or not."""
        return self._member(request, "room")

    def group_size(self, request: Request) -> Reply:
        """How many are in a group."""
        return Reply({"count": len(_group(request, "group").members)})

    def room_size(self, request: Request) -> Reply:
        """How many are in a room."""
        return Reply({"count": len(_group(request, "room").members)})

    def bot_info(self, request: Request) -> Reply:
        """The account itself."""
        account = request.account
        return Reply(
            {
                "userId": account.bot_user_id,
                "basicId": account.basic_id,
                "displayName": account.display_name,
                "pictureUrl": self._picture(account.bot_user_id),
                "chatMode": "bot",
                "markAsReadMode": "auto",
            }
        )

    def quota(self, request: Request) -> Reply:
        """How many pushes the month has."""
        limit = request.account.settings.monthly_quota
        return Reply({"type": "none"} if limit is None else {"type": "limited", "value": limit})

    def consumption(self, request: Request) -> Reply:
        """How many were pushed this month."""
        return Reply({"totalUsage": request.account.usage.used(self._clock.now())})

    def _member(self, request: Request, kind: str) -> Reply:
        person = request.account.customer(request.path["user_id"])
        if person is None or person.user_id not in _group(request, kind).members:
            raise not_found()
        return Reply(self._person(person))

    def _person(self, person: Customer) -> dict[str, Any]:
        picture = {"pictureUrl": self._picture(person.user_id)} if person.picture else {}
        return {"userId": person.user_id, "displayName": person.display_name} | picture

    def _picture(self, seed: str) -> str:
        return f"{self._pictures_url}/line/pictures/{seed}.png"


def _group(request: Request, kind: str) -> Group:
    group = request.account.groups.get(request.path["chat_id"])
    if group is None or group.kind != kind:
        raise not_found()
    return group
