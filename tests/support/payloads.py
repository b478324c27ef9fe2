"""Two hundred texts that mean something to somebody else: to a browser, a database, a sheet."""

from itertools import product

#: What a script that runs calls; nothing may ever call it.
ALARM = "kena"

_CALLS = (f"{ALARM}(1)", f"window.{ALARM}(1)", f"self['{ALARM}'](1)", f"top.{ALARM}`1`")
_ELEMENTS = (
    *(
        "<script>{}</script>",
        "<ScRiPt>{}</sCrIpT>",
        "<script\n>{}//",
        "</script><script>{}</script>",
    ),
    "<img src=x onerror={}>",
    "<img/src=x/onerror={}>",
    "<svg onload={}>",
    "<svg/onload={}//",
    '"><img src=x onerror="{}">',
    "'><svg onload='{}'>",
    '" autofocus onfocus="{}" x="',
    "<body onload={}>",
    "<details open ontoggle={}>x</details>",
    "<video><source onerror={}>",
    "<iframe srcdoc='<script>parent.{}</script>'>",
    "<a href='javascript:{}'>x</a>",
    "<form action='javascript:{}'><button>x",
    "<math><mtext><style><img src=x onerror={}>",
    "</textarea><script>{}</script>",
    "</title><script>{}</script>",
    "--><script>{}</script>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<template><script>{}</script>",
    "javascript:{}",
    "data:text/html,<script>{}</script>",
    "vbscript:{}",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "&lt;script&gt;{}&lt;/script&gt;",
    "';{};//",
    '";{};//',
    "`;{};//",
    "${{{}}}",
    "</script>{}",
    "<!--<script>{}",
)
_TEMPLATES = (
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{constructor.constructor('kena(1)')()}}",
    "{%print(7*7)%}",
    "[[${7*7}]]",
    "{name}",
    "{0}",
    "%s%s%n",
    "{self.__class__}",
    "$(id)",
)
_SQL = (
    *(
        "' OR 1=1 --",
        "'; DROP TABLE person; --",
        '" OR ""="',
        "') OR ('1'='1",
        "1; SELECT pg_sleep(9)",
    ),
    *(
        "\\'; --",
        "x' UNION SELECT secret FROM session --",
        "%",
        "_",
        "%%%",
        "\\%",
        "a%' OR 'x' LIKE '%",
    ),
    "$$; SELECT 1; $$",
    "::text",
    ":name",
    "?",
)
_SHEETS = ("=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://jahat.example")', "\t=1", "\r=1")
_HEADERS = (
    *(
        "a\r\nSet-Cookie: kena=1",
        "a\nLocation: https://jahat.example",
        "a\r\n\r\n<script>kena(1)</script>",
    ),
    *(
        "\x85x: y",
        "a;filename=kena.html",
        'a"; filename="kena.html',
        "../../etc/passwd",
        "..\\x",
        "a/b",
    ),
)
_UNSEEN = (
    *(
        "Budi\u202egnp.exe",
        "\u2066Siti\u2069",
        "A\u200bB",
        "\ufeffX",
        "nol\0byte",
        "\x1b[31m",
        "\x08\x08",
    ),
    "é" * 3,
    "𝔅𝔲𝔡𝔦",
    "\u0301\u0301\u0301",
    "\ud7ff",
    "👨‍👩‍👧",
    "ﷺ",
    "\u2028x\u2029",
)
_TYPST = (
    '#read("/etc/passwd")',
    "*tebal* _miring_ $x^2$",
    '#eval("1+1")',
    "= Judul",
    "#pagebreak()",
    "`kode`",
    "@rujukan",
    "<label>",
    "\\ //",
    '#image("x")',
    "]#text(red)[x",
    "/* */",
)

PAYLOADS: tuple[str, ...] = (
    *(element.format(call) for element, call in product(_ELEMENTS, _CALLS)),
    *(*_TEMPLATES, *_SQL, *_SHEETS, *_HEADERS, *_UNSEEN, *_TYPST),
)
