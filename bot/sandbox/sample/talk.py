"""What people at Harbor Shop have written so far, as people write: with typos, curly quotes and pasted traces."""

from __future__ import annotations

from dataclasses import dataclass, field

TRACE = """```
Traceback (most recent call last):
  File "/srv/shop/checkout/views.py", line 212, in pay
    charge = gateway.charge(order.card, order.total)
  File "/srv/shop/payments/gateway.py", line 88, in charge
    raise Declined(response["code"])
shop.payments.errors.Declined: card_declined
```"""


@dataclass(frozen=True, slots=True)
class Said:
    """`back`: working days before the last one; `at`: its hour. `key` is for answers. `likes`: emoji, who."""

    who: str
    where: str
    back: int
    at: str
    text: str
    key: str = ""
    to: str = ""
    picture: str = ""
    likes: tuple[tuple[str, str], ...] = field(default=())


TALK = (
    Said(
        "rana",
        "general",
        7,
        "09:05",
        "Morning everybody. 2.4 ships in just under four weeks, rc1 is planned for thursday.",
    ),
    Said(
        "devon",
        "general",
        6,
        "16:20",
        "rc1 will be a day late, the payment sandbox was down all of yesterday :see_no_evil:",
    ),
    Said(
        "tess",
        "shop-checkout",
        3,
        "11:12",
        "Is it just me or does the coupon field take *300 %*? Total went negative",
        "coupon",
    ),
    Said("ana", "shop-checkout", 3, "11:31", "which browser? works for me in firefox", to="coupon"),
    Said("tess", "shop-checkout", 3, "11:48", "Safari on the phone. Will send a video later", to="coupon"),
    Said(
        "omar",
        "shop-defects",
        2,
        "14:26",
        "On staging the cart total wraps onto two lines on small phones.\n"
        "Steps:\n1. put 3 things into the cart\n2. open it on an iPhone SE\n3. look at the total",
        likes=(("eyes", "devon"),),
    ),
    Said(
        "devon",
        "shop-checkout",
        1,
        "10:03",
        f"Seen this in the logs of staging since rc2, about 40 times:\n{TRACE}",
        "trace",
    ),
    Said("ana", "shop-checkout", 1, "10:17", "thats the retry I think, we dont look at the first answer", to="trace"),
    Said(
        "rana", "incident-room", 1, "15:40", "Only in here for now please: a customer was charged twice on production."
    ),
    Said("devon", "incident-room", 1, "15:46", "Looking. The second charge is refunded already."),
    Said(
        "tess",
        "shop-defects",
        0,
        "10:52",
        "Card declined twice on retry – the first “decline” is shown, but the second one isn’t, and "
        "the order stays in ‘pending’ for ever. See picture, build 2.4.0-rc2 on staging",
        "declined",
        picture="checkout-declined.png",
    ),
    Said("omar", "shop-defects", 0, "11:16", "same here, also with PayPal", to="declined", likes=(("+1", "tess"),)),
    Said(
        "omar",
        "shop-defects",
        0,
        "13:41",
        "Search finds nothing when the word has an umlaut (Müsli, Käse). Was fine in 2.3",
    ),
    Said(
        "ana",
        "shop-checkout",
        0,
        "14:20",
        "Postcode check refuses <https://example.com/postcodes|Irish postcodes>, is that known?",
    ),
    Said(
        "rana",
        "general",
        0,
        "15:10",
        "Please put everything you find into #shop-defects today, I'd like to see where we stand",
    ),
)

# Between two people on the last working day; the app is in none of them.
WHISPERED = (
    ("tess", "devon", "10:58", "did you see my screenshot in shop-defects?"),
    ("devon", "tess", "11:04", "yes! give me an hour"),
    ("rana", "omar", "14:48", "can you do the payment retests tomorrow morning?"),
)
