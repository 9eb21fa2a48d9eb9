"""Numbers of the Linux system calls that the filter names, per machine type.

Source: Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`. From 424 on
the numbers are the same everywhere. A call that a machine does not have (fork on aarch64) is left out
there.
"""

from __future__ import annotations

# The value of `seccomp_data.arch` (AUDIT_ARCH_*).
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_COMMON = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_open": 434,
    "clone3": 435,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "memfd_secret": 447,
    "process_mrelease": 448,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_setattr": 469,
}


def words(text: str) -> list[str]:
    """The names in a text, separated by any space."""
    return text.split()


def _table(text: str) -> dict[str, int]:
    entries = words(text)
    return {name: int(number) for name, number in zip(entries[::2], entries[1::2], strict=True)}


_X86_64 = _table("""
    fork 57 vfork 58 clone 56 execve 59 execveat 322
    kill 62 tkill 200 tgkill 234 rt_sigqueueinfo 129 rt_tgsigqueueinfo 297
    ptrace 101 process_vm_readv 310 process_vm_writev 311 kcmp 312
    socket 41 shmget 29 shmat 30 shmctl 31 semget 64 semop 65 semctl 66 semtimedop 220
    msgget 68 msgsnd 69 msgrcv 70 msgctl 71 mq_open 240 mq_unlink 241 memfd_create 319
    add_key 248 request_key 249 keyctl 250 bpf 321 perf_event_open 298 userfaultfd 323
    mount 165 umount2 166 pivot_root 155 chroot 161 unshare 272 setns 308
    swapon 167 swapoff 168 reboot 169 sethostname 170 setdomainname 171 iopl 172 ioperm 173
    init_module 175 delete_module 176 finit_module 313 kexec_load 246 kexec_file_load 320
    quotactl 179 acct 163 settimeofday 164 clock_settime 227 adjtimex 159 clock_adjtime 305
    syslog 103 personality 135 modify_ldt 154 open_by_handle_at 304 name_to_handle_at 303
    fanotify_init 300 setpriority 141 ioprio_set 251 migrate_pages 256 move_pages 279
    sched_setaffinity 203 sched_setscheduler 144 sched_setparam 142 sched_setattr 314 prlimit64 302
    chmod 90 fchmod 91 fchmodat 268 chown 92 fchown 93 lchown 94 fchownat 260
    utime 132 utimes 235 futimesat 261 utimensat 280
    setxattr 188 lsetxattr 189 fsetxattr 190 removexattr 197 lremovexattr 198 fremovexattr 199
    fcntl 72 ioctl 16 prctl 157
""")

_AARCH64 = _table("""
    clone 220 execve 221 execveat 281
    kill 129 tkill 130 tgkill 131 rt_sigqueueinfo 138 rt_tgsigqueueinfo 240
    ptrace 117 process_vm_readv 270 process_vm_writev 271 kcmp 272
    socket 198 shmget 194 shmat 196 shmctl 195 semget 190 semop 193 semctl 191 semtimedop 192
    msgget 186 msgsnd 189 msgrcv 188 msgctl 187 mq_open 180 mq_unlink 181 memfd_create 279
    add_key 217 request_key 218 keyctl 219 bpf 280 perf_event_open 241 userfaultfd 282
    mount 40 umount2 39 pivot_root 41 chroot 51 unshare 97 setns 268
    swapon 224 swapoff 225 reboot 142 sethostname 161 setdomainname 162
    init_module 105 delete_module 106 finit_module 273 kexec_load 104 kexec_file_load 294
    quotactl 60 acct 89 settimeofday 170 clock_settime 112 adjtimex 171 clock_adjtime 266
    syslog 116 personality 92 open_by_handle_at 265 name_to_handle_at 264
    fanotify_init 262 setpriority 140 ioprio_set 30 migrate_pages 238 move_pages 239
    sched_setaffinity 122 sched_setscheduler 119 sched_setparam 118 sched_setattr 274 prlimit64 261
    fchmod 52 fchmodat 53 fchown 55 fchownat 54 utimensat 88
    setxattr 5 lsetxattr 6 fsetxattr 7 removexattr 14 lremovexattr 15 fremovexattr 16
    fcntl 25 ioctl 29 prctl 167
""")

NUMBERS = {"x86_64": {**_X86_64, **_COMMON}, "aarch64": {**_AARCH64, **_COMMON}}
