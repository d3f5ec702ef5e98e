"""Which names give code more than computing: data about Python's own library and builtins.

An allow-list, because lists of what is forbidden are bypassed again and again: a module of the
standard library that is not named here is a power (processes, network, files, native code, foreign
memory, unpickling, the interpreter's own state).
"""

import sys


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PURE = _words(
    """
    __future__ abc array bisect calendar cmath collections colorsys contextlib contextvars copy csv dataclasses
    datetime decimal difflib enum errno fractions functools getopt graphlib hashlib heapq hmac html itertools json
    keyword locale math numbers opcode operator optparse argparse pprint queue quopri random re reprlib sched
    statistics string stringprep struct textwrap time timeit token tokenize traceback types typing unicodedata uuid
    warnings weakref zoneinfo ast email sre_compile sre_constants sre_parse logging stat secrets fnmatch ipaddress
    mimetypes plistlib symtable tomllib wave xdrlib
    """
)
"""Modules of the standard library that only compute, or whose reach needs one of the others."""

PARTLY = {
    "os": _words(
        """
        path sep altsep linesep pathsep curdir pardir extsep name fspath fsencode fsdecode PathLike devnull
        strerror
        """
    ),
    "sys": _words(
        """
        version version_info hexversion platform maxsize maxunicode byteorder float_info int_info hash_info
        implementation api_version exc_info getsizeof intern stdin stdout stderr argv getrecursionlimit
        getdefaultencoding getfilesystemencoding float_repr_style copyright
        """
    ),
    "io": _words(
        """
        StringIO BytesIO TextIOBase IOBase RawIOBase BufferedIOBase TextIOWrapper BufferedReader
        UnsupportedOperation SEEK_SET SEEK_CUR SEEK_END DEFAULT_BUFFER_SIZE
        """
    ),
    "pathlib": _words("Path PurePath PurePosixPath PureWindowsPath PosixPath WindowsPath"),
    "inspect": _words(
        """
        signature Signature Parameter BoundArguments isclass isfunction ismethod isbuiltin isroutine isgenerator
        isgeneratorfunction iscoroutine iscoroutinefunction isawaitable isasyncgen isasyncgenfunction isabstract
        ismodule isdatadescriptor ismethoddescriptor cleandoc getdoc getmro unwrap getfullargspec
        get_annotations
        """
    ),
    "urllib": _words("parse error"),
    "http": _words("HTTPStatus cookies"),
    "xml": _words("sax.saxutils etree"),
    "codecs": _words("BOM_UTF8 BOM_UTF16 BOM_UTF16_LE BOM_UTF16_BE BOM_UTF32 BOM lookup"),
    "asyncio": _words(
        """
        sleep gather wait wait_for run create_task Task Future Queue Lock Event Semaphore CancelledError
        TimeoutError get_running_loop iscoroutinefunction iscoroutine shield timeout as_completed TaskGroup
        """
    ),
    "importlib": _words("metadata"),
}
"""Modules of which these names only compute; every other name of theirs is a power."""

NOT_OF_PURE = _words(
    """
    logging.FileHandler logging.config logging.handlers types.FunctionType types.CodeType types.ModuleType
    operator.attrgetter operator.methodcaller operator.call timeit.timeit timeit.repeat timeit.Timer
    traceback.walk_stack traceback.extract_stack traceback.format_stack traceback.print_stack doctest.testmod
    doctest.testfile linecache.cache
    """
)
"""Names of pure modules that are powers all the same."""

NETWORK = _words(
    """
    requests httpx aiohttp urllib3 websockets websocket paramiko pycurl tornado twisted grpc zmq boto3 botocore pika
    kombu redis pymongo psycopg psycopg2 smtplib dns scapy treq httplib2 socks sh pexpect plumbum
    """
)
FOREIGN = _words(
    """
    dill cloudpickle joblib cffi yaml numpy.ctypeslib jsonpickle hickle torch.load pip setuptools distutils
    pkg_resources docker kubernetes win32api keyring dotenv
    """
)
JUDGES = _words(
    """
    pytest _pytest unittest nose hypothesis coverage pluggy doctest mutmut PYTEST_CURRENT_TEST
    """
)
"""Names by which code can tell that it is being tested."""

FOR_TESTS = frozenset({"pytest", "_pytest", "unittest", "hypothesis", "doctest"})
"""What the author of tests may use."""

BUILTINS = _words(
    """
    exec eval compile __import__ globals locals vars breakpoint input setattr delattr memoryview exit quit
    SystemExit __builtins__ __loader__ __spec__
    """
)
"""Builtin names that run text, reach into names, wait, or end the process."""

REACHING = _words(
    """
    __globals__ __code__ __builtins__ __subclasses__ __bases__ __base__ __mro__ __dict__ __closure__ __import__
    __loader__ __spec__ __getattribute__ __reduce__ __reduce_ex__ __self__ __func__ __wrapped__ __defaults__
    __kwdefaults__ f_globals f_locals f_back f_builtins f_code gi_frame cr_frame ag_frame tb_frame tb_next co_code
    co_consts
    """
)
"""Attributes that lead from a value to the interpreter's insides."""

ON_FILES = _words(
    """
    write_text write_bytes read_text read_bytes unlink rmdir symlink_to hardlink_to chmod lchmod touch mkdir rmtree
    fromhex
    """
)
"""Methods that reach the file system, or decode what a reader cannot read."""

OVERRIDES = _words(
    """
    __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __bool__ __len__ __contains__ __instancecheck__
    __subclasscheck__ __subclasshook__ __getattr__ __getattribute__ __setattr__ __delattr__ __del__
    __init_subclass__ __class_getitem__ __set_name__ __prepare__ __reduce__ __reduce_ex__ __getstate__ __setstate__
    __class__ __call__ __format__ __missing__ __get__ __set__ __new__
    """
)
"""Special methods that answer where nobody sees a call: comparisons above all."""


def is_power(path: str, *, tests: bool) -> bool:
    """Whether a dotted name gives more than computing; `tests` admits what tests are written with."""
    parts = path.split(".")
    if tests and parts[0] in FOR_TESTS:
        return False
    if path in NOT_OF_PURE or parts[0] in NETWORK | FOREIGN or path in FOREIGN:
        return True
    if parts[0] in PARTLY:
        return len(parts) > 1 and not _is_partly_pure(parts)
    return parts[0] in sys.stdlib_module_names and parts[0] not in PURE


def _is_partly_pure(parts: list[str]) -> bool:
    rest = ".".join(parts[1:])
    return any(rest == name or rest.startswith(f"{name}.") or name.startswith(f"{rest}.") for name in PARTLY[parts[0]])
