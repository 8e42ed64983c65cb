"""files.*: https://docs.slack.dev/messaging/working-with-files"""

from __future__ import annotations

import mimetypes

from bot.sandbox import conversation
from bot.sandbox.errors import SlackError, wrong_arguments
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method
from bot.sandbox.web_api.chat import place
from bot.sandbox.workspace import Workspace


def record(space: Workspace, user_id: str, name: str, content: bytes, title: str | None = None) -> Json:
    """A file that is here; it is seen once a message carries it."""
    file_id = space.ids.make("F")
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    space.disk.put_blob(file_id, content)
    stored: Json = {
        "id": file_id,
        "created": int(space.clock.now()),
        "timestamp": int(space.clock.now()),
        "name": name,
        "title": title or name,
        "mimetype": mimetype,
        "filetype": ending,
        "pretty_type": ending.upper(),
        "user": user_id,
        "user_team": space.team_id,
        "editable": False,
        "size": len(content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{space.base_url}/files/{file_id}",
        "url_private_download": f"{space.base_url}/files/{file_id}?download=1",
        "permalink": f"https://{space.team['domain']}.slack.com/files/{user_id}/{file_id}/{name}",
        "has_rich_preview": False,
        "file_access": "visible",
        "shares": {},
        "channels": [],
        "groups": [],
        "ims": [],
    }
    space.state.files[file_id] = stored
    return stored


def share(space: Workspace, file: Json, channel_id: str, message: Json) -> None:
    public = space.state.channels[channel_id]["is_channel"]
    entry = {"ts": message["ts"], "channel_name": space.state.channels[channel_id]["name"], "team_id": space.team_id}
    entry |= {"share_user_id": message.get("user", ""), "reply_users": [], "reply_users_count": 0, "reply_count": 0}
    if message.get("thread_ts"):
        entry["thread_ts"] = message["thread_ts"]
    file["shares"].setdefault("public" if public else "private", {}).setdefault(channel_id, []).append(entry)
    file["channels" if public else "groups"].append(channel_id)


def upload_url(call: Call) -> Json:
    name = call.text("filename")
    length = _length(call)
    if len(call.maybe("alt_txt") or "") > 1000:
        raise SlackError("alt_txt_too_large")
    upload = call.space.ids.make("F")
    call.space.state.uploads[upload] = {"name": name, "length": length, "alt": call.maybe("alt_txt"), "received": False}
    return {"ok": True, "upload_url": f"{call.space.base_url}/upload/{upload}", "file_id": upload}


def _length(call: Call) -> int:
    """Bytes; nothing is no file."""
    given = call.text("length")
    if not given.isdecimal() or int(given) == 0:
        raise wrong_arguments("must be greater than 0: length")
    return int(given)


def receive(space: Workspace, upload_id: str, content: bytes) -> bool:
    """The bytes of an upload; False when nobody announced it or its length is another."""
    waiting = space.state.uploads.get(upload_id)
    if waiting is None or len(content) != waiting["length"]:
        return False  # also when it was completed already
    space.disk.put_blob(upload_id, content)
    waiting["received"] = True
    return True


def complete(call: Call) -> Json:
    """Shares at once when a channel is named; else the files stay private."""
    space = call.space
    given = call.structure("files") or []
    if not isinstance(given, list) or any(not isinstance(each, dict) for each in given):
        raise wrong_arguments("must be an array of objects: files")
    if not given or any(not space.state.uploads.get(each.get("id"), {}).get("received") for each in given):
        raise SlackError("file_not_found")
    channel = call.maybe("channel_id") and place(Call(space, {"channel": call.maybe("channel_id")}))
    files = [_finish(space, each) for each in given]
    if channel:
        _share_all(call, channel, files)
    return {"ok": True, "files": [{"id": each["id"], "title": each["title"]} for each in files]}


def _finish(space: Workspace, given: Json) -> Json:
    upload = space.state.uploads.pop(given["id"])
    content = space.disk.blob(given["id"])
    file = record(space, space.bot_user_id, upload["name"], content, given.get("title"))
    del space.state.files[file["id"]]
    old = file["id"]
    file = {key: value.replace(old, given["id"]) if isinstance(value, str) else value for key, value in file.items()}
    if upload.get("alt"):
        file["alt_txt"] = upload["alt"]
    space.state.files[given["id"]] = file
    return file


def _share_all(call: Call, channel: str, files: list[Json]) -> None:
    said = {"text": call.maybe("initial_comment") or "", "files": files, "upload": True, "subtype": "file_share"}
    message = conversation.of_bot(call.space, said)
    stored = conversation.post(call.space, channel, message, thread_ts=call.maybe("thread_ts"))
    for file in files:
        share(call.space, file, channel, stored)


def info(call: Call) -> Json:
    file = call.space.state.files.get(call.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"ok": True, "file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS = {
    "files.getUploadURLExternal": Method(upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete, ("files:write",)),
    "files.info": Method(info, ("files:read",)),
}
