"""The commonest words of English: any text has them, and they say nothing of what it is about."""

from __future__ import annotations

COMMON = frozenset(
    "the of and to in for is on that with as was at by it from has have be this are an his her he"
    " she they not but had its were will would their been who which said says also more than one"
    " after about into could can you our out over when there what all some other new two may no"
    " if or so up we i my me us your how just like most many only them then these those very being"
    " because between before during while where such did does do any each own same than too"
    " until".split()
)
