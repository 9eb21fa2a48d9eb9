"""Makes `checker/judging/sandbox/syscalls.py` from the kernel's own headers.

    python tests/benchmarks/syscall_tables.py > checker/judging/sandbox/syscalls.py

Needs a C preprocessor and the headers that C programs are compiled with (Debian: linux-libc-dev), of x86-64; those
of ARM 64 are the generic ones, read with the options that `arch/arm64/include/uapi/asm/unistd.h` sets. Calls that
are newer than the headers are named here: from 424 on the numbers are the same on every machine.
"""

from __future__ import annotations

import re
import subprocess
import textwrap

X86_64 = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
GENERIC = "/usr/include/asm-generic/unistd.h"
ARM_OPTIONS = (
    "-D__BITS_PER_LONG=64",
    *(
        f"-D__ARCH_WANT_{name}"
        for name in (
            *("RENAMEAT", "NEW_STAT", "SET_GET_RLIMIT", "TIME32_SYSCALLS"),
            *("SYS_CLONE3", "MEMFD_SECRET"),
        )
    ),
)
# Source: Linux 6.18, scripts/syscall.tbl.
NEWER = {
    451: "cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount",
    459: "lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat removexattrat",
    467: "open_tree_attr file_getattr file_setattr",
}
MODULE = '''"""Numbers of the Linux system calls, per machine type.

Made by `tests/benchmarks/syscall_tables.py` from the kernel's headers; do not edit. A call that a machine does not
have (fork on aarch64) is not in its table.
"""

from __future__ import annotations

# The value of `seccomp_data.arch` (AUDIT_ARCH_*).
AUDIT_ARCH = {{"x86_64": 0xC000003E, "aarch64": 0xC00000B7}}


def words(text: str) -> list[str]:
    """The names in a text, separated by any space."""
    return text.split()


def _table(text: str) -> dict[str, int]:
    entries = words(text)
    return {{name: int(number) for name, number in zip(entries[::2], entries[1::2], strict=True)}}


_X86_64 = _table("""
{x86_64}
""")

_AARCH64 = _table("""
{aarch64}
""")

NUMBERS = {{"x86_64": _X86_64, "aarch64": _AARCH64}}
'''


def numbers(header: str, *options: str) -> dict[str, int]:
    """All `__NR_name` of a header, as the preprocessor leaves them."""
    ended = subprocess.run(["cpp", "-dM", *options, header], capture_output=True, text=True, check=True)
    defined = dict(re.findall(r"^#define (__NR\w+) (\S+)$", ended.stdout, re.MULTILINE))
    found = {}
    for full, value in defined.items():
        while value in defined:
            value = defined[value]
        if full.startswith("__NR_") and value.isdigit():
            found[full.removeprefix("__NR_")] = int(value)
    known = max(found.values())
    newer = {
        name: n for first, names in NEWER.items() for n, name in enumerate(names.split(), first) if n > known
    }
    return {
        name: n for name, n in {**found, **newer}.items() if name not in ("syscalls", "arch_specific_syscall")
    }


def table(found: dict[str, int]) -> str:
    """The numbers in order, in lines as wide as the code."""
    pairs = [f"{name}\x00{number}" for name, number in sorted(found.items(), key=lambda pair: pair[1])]
    lines = textwrap.wrap(" ".join(pairs), 106, break_on_hyphens=False, break_long_words=False)
    return textwrap.indent("\n".join(lines).replace("\x00", " "), "    ")


if __name__ == "__main__":
    arm = numbers(GENERIC, *ARM_OPTIONS)
    print(MODULE.format(x86_64=table(numbers(X86_64)), aarch64=table(arm)), end="")
