"""The closed tables of words that `agents.names` decides by."""


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


VERBS = _words("""
    add adjust align allocate append apply assert assign attach bind build cache calculate call cast check
    choose clean clear close collapse collect combine compare compile compute configure connect consume
    convert copy count create decode define delete describe detach detect determine disable discard dispatch
    distribute drop emit enable encode ensure escape evaluate exclude expand extend extract fetch figure
    fill filter find finish fix flatten flush format generate get group handle hide ignore import include
    indent infer initialize insert inspect install invoke iterate join link list load log look lookup map
    mark match merge move normalize notify open order parse patch perform pick pop populate prepare prepend
    preserve print process propagate prune push put raise read rebuild record reduce refresh register reject
    release remove render reorder repeat replace report reset resolve restore retrieve return rewrite run
    sanitize save scan search select send separate set setup shift show shrink simplify skip sort split
    start stop store strip substitute swap sync take test toggle trace track transform translate traverse
    trim truncate try unescape unify unpack unwrap update use validate verify visit wait walk warn wrap
    write yield
""")
"""Imperatives a comment or a call may begin with."""

EMPTY_NOUNS = _words("""
    and arg args argument block case cls code cur current data do else false first flag foo found func
    function helper idx if index info isinstance item items key kind kwargs last line lines misc name new
    next node none not num obj object old one or other out output pair param part pos prev ptr res rest
    result results ret retval rv self state stuff temp text that thing things this tmp true two typ type val
    value values var x y z
""")
"""Words that do not tell one helper from another when they stand alone."""

FORBIDDEN = _words("""
    and or part helper block stuff thing things misc todo fixme xxx
""")
ARTICLES = _words("""
    a an the this that these those its our any all each every some possible given
""")
FINITE = _words("""
    is are was were has have had will can must should may
""")
"""A sentence with one of these is a statement, so its first word is a noun that only looks like an imperative."""
STOPS = _words("""
    after as at because before but by during for from if in into of on only onto otherwise since so than
    then to unless until via when where whether which while with within without
""")
VERBS_WITH_FOR = frozenset({"check", "scan", "search", "test", "wait"})
"""Verbs that keep their meaning when `for` is left out."""
