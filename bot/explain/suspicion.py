"""Finds texts that speak to a model instead of to a reader."""

from __future__ import annotations

import re

_MOST_READ = 200_000
"""Characters of a text that are looked at; no model is shown nearly as many."""
_MODEL = r"(?:ai|a\.i\.|llm|language model|large language model|chatbot|assistant)"
_ORDERS = r"(?:instructions?|prompts?|rules?|directions?|directives?|guidelines?|messages?)"
_PATTERNS = re.compile(
    # "Ignore all previous instructions" and its like.
    r"\b(?:ignore|disregard|forget|override|bypass)\b(?: \w+){0,3}"
    rf" (?:previous|prior|above|earlier|preceding|foregoing|existing|your|system|these)"
    rf"(?: \w+)? {_ORDERS}\b"
    rf"|\b(?:ignore|disregard|forget) (?:all|any|every) {_ORDERS}\b"
    r"|\bignore (?:everything|anything|all) (?:above|before|previous)\b"
    rf"|\bnew {_ORDERS}:"
    # What a model says of itself, or is told that it is.
    r"|\bas an? (?:ai|(?:large )?language model)(?: (?:language )?model| assistant| chatbot)?,"
    r"|\bas an? (?:ai|large) language model\b"
    rf"|\byou are (?:now )?(?:an? )?(?:helpful )?{_MODEL}\b"
    rf"|\b(?:note|attention|message|instructions?|important) (?:to|for) (?:the |any |all )?"
    rf"(?:{_MODEL}|summari[sz]er)s?\b"
    r"|\b(?:system|developer) (?:prompt|message)s?\b|\bjailbr(?:eak|oken)\b|\bDAN mode\b"
    # The marks between the roles of a conversation, by which models are told who speaks.
    r"|<\|?/?(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id)\|?>"
    r"|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>"
    r"|(?:^|[\n.!?\"]) ?(?:#{1,6} ?)?(?:system|assistant|developer) ?: "
    r"|#{2,6} ?(?:instructions?|response|system)\b",
    re.IGNORECASE,
)


def is_suspicious(text: str) -> bool:
    """Tell whether a text holds orders to a model, or the marks that such orders come with.

    News about such texts quotes them: that is no harm, as it is explained without a model then.
    """
    return _PATTERNS.search(text[:_MOST_READ]) is not None
