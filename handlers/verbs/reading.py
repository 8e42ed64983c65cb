"""The verbs that only show."""

from functools import partial

from bot.domain.project import Suggesting
from bot.services import requests as ask
from handlers import questions
from handlers.parsing import Arguments
from handlers.verbs.row import Family, Verb


def queue(args: Arguments) -> questions.MyQueue:
    args.end()
    return questions.MyQueue()


def mine(args: Arguments) -> questions.MyFiled:
    args.end()
    return questions.MyFiled()


def show(args: Arguments) -> questions.Show:
    key = args.key()
    args.end()
    return questions.Show(key)


def history(args: Arguments) -> questions.History:
    key = args.key()
    args.end()
    return questions.History(key)


def dups(args: Arguments) -> questions.Duplicates:
    key = args.maybe_key()
    if key:
        args.end()
        return questions.Duplicates(key)
    return questions.Duplicates(text=args.must("text"))


def listed(args: Arguments) -> questions.ListDefects:
    return questions.ListDefects(args.rest("query"))


def saved(args: Arguments) -> questions.SavedLists:
    args.end()
    return questions.SavedLists()


def forget_list(args: Arguments) -> ask.ForgetList:
    name = args.word("name") or args.missing("name")
    args.end()
    return ask.ForgetList(name)


def save_list(args: Arguments) -> ask.SaveList:
    name = args.word("name") or args.missing("name")
    return ask.SaveList(name, args.rest("query"))


def setup(args: Arguments) -> questions.OpenForm | ask.ChooseSuggestions:
    args.end()
    when = args.one_of("suggestions", Suggesting)
    return ask.ChooseSuggestions(when) if when else questions.OpenForm("setup")


def help_(args: Arguments) -> questions.Help:
    return questions.Help(args.rest("topic").casefold())


_row = partial(Verb, family=Family.DEFECT)

ROWS: tuple[Verb, ...] = (
    _row(
        slug="queue",
        summary="what waits for you, oldest first; also the bare command",
        usage="queue",
        example="queue",
        parse=queue,
        aliases=("my queue",),
        right="show",
    ),
    _row(
        slug="mine",
        summary="what you filed, its state, what it waits for",
        usage="mine",
        example="mine",
        parse=mine,
        aliases=("my",),
        right="show",
    ),
    _row(
        slug="show",
        summary="the card; a key alone does the same",
        usage="show KEY",
        example="show SHOP-42",
        parse=show,
        modal="pick",
        right="show",
    ),
    _row(
        slug="history",
        summary="every event of a defect",
        usage="history KEY",
        example="history SHOP-42",
        parse=history,
        aliases=("log",),
        modal="pick",
        right="history",
    ),
    _row(
        slug="dups",
        summary="possible duplicates of a defect, or of some words",
        usage="dups KEY or text",
        example="dups card declined twice",
        parse=dups,
        aliases=("duplicates", "similar"),
        free=True,
        modal="pick",
        right="dups",
    ),
    _row(
        slug="list",
        summary="all that match a query, or one that you saved by its name, in pages",
        usage='list [NAME | status:open] [sev:S1..S2] [rel:2.4] [comp:cart] [owner:@me] [text:"…"]',
        example='list status:open sev:S1..S2 rel:2.4 owner:@me text:"500 error"',
        parse=listed,
        aliases=("search",),
        free=True,
        right="list",
    ),
    _row(
        slug="list save",
        summary="keeps a query under a name, for you, in this channel",
        usage="list save NAME [query]",
        example="list save blockers status:open sev:S1..S2",
        parse=save_list,
        aliases=("save list",),
        free=True,
        modal="save_list",
        right="list",
    ),
    _row(
        slug="list saved",
        summary="the lists that you keep in this channel",
        usage="list saved",
        example="list saved",
        parse=saved,
        aliases=("saved lists", "saved"),
        right="list",
    ),
    _row(
        slug="list forget",
        summary="forgets a list that you keep in this channel",
        usage="list forget NAME",
        example="list forget blockers",
        parse=forget_list,
        aliases=("forget list",),
        modal="forget_list",
        right="list",
    ),
    _row(
        slug="setup",
        summary="binds this channel; home channel, roles, time zone, policy, digest, possible duplicates",
        usage="setup [suggestions:typing|button|off]",
        example="setup",
        parse=setup,
        takes=("suggestions",),
        right="setup",
    ),
    _row(
        slug="help",
        summary="six verbs; `more` for all, or a verb for its example",
        usage="help [more | VERB]",
        example="help fixed",
        parse=help_,
        aliases=("?",),
        free=True,
    ),
)
