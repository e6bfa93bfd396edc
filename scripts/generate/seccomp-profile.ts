import { format } from "prettier";

/**
 * The seccomp profile of worker pods: what a container runtime's own profile allows, and what Chromium's sandbox needs
 * beside it, user namespaces above all. A profile replaces the runtime's, so the whole list has to stand here.
 *
 * The allowed calls are those of containerd 2.2's default (contrib/seccomp/seccomp_default.go, after Docker's), on Linux 4.8 or
 * newer and without a capability, less the 32-bit ones: neither Node.js nor Chromium makes any, and old entrances are where
 * kernels were attacked. So a page that breaks out of the renderer and of its own filter finds hardly more than in any other pod:
 * namespaces, but no mount, no bpf, no keyring, no io_uring, no module.
 */
const allowed: Readonly<Record<string, string>> = {
  "files and folders": `
    access cachestat chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat
    faccessat2 fadvise64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl
    fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd
    getdents getdents64 getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl
    lchown lgetxattr link linkat listmount listxattr listxattrat llistxattr lremovexattr lseek lsetxattr lstat
    mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2 pread64 preadv preadv2 pwrite64
    pwritev pwritev2 read readahead readlink readlinkat readv removexattr removexattrat rename renameat
    renameat2 rmdir sendfile setxattr setxattrat splice stat statfs statmount statx symlink symlinkat sync
    sync_file_range sync_file_range2 syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice
    write writev`,
  "waiting and talking within the machine": `
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 io_cancel
    io_destroy io_getevents io_pgetevents io_setup io_submit mq_getsetattr mq_notify mq_open mq_timedreceive
    mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd pause pipe pipe2 poll ppoll pselect6 select semctl semget
    semop semtimedop shmat shmctl shmdt shmget signalfd signalfd4`,
  network: `
    accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg
    sendmsg sendto setsockopt shutdown socketpair`,
  memory: `
    brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap
    mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease
    process_vm_readv process_vm_writev remap_file_pages`,
  time: `
    adjtimex alarm clock_adjtime clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep
    setitimer time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
    timerfd_gettime timerfd_settime times`,
  "processes and threads": `
    arch_prctl execve execveat exit exit_group fork futex futex_requeue futex_wait futex_waitv futex_wake
    get_robust_list get_thread_area gettid kill pidfd_open pidfd_send_signal prctl ptrace restart_syscall rseq
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
    rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
    sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler sched_yield set_robust_list set_thread_area set_tid_address sigaltstack tgkill tkill
    uretprobe vfork wait4 waitid`,
  "who one is, and limits": `
    capget capset getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom
    getresgid getresuid getrlimit getrusage getsid getuid ioprio_get ioprio_set landlock_add_rule
    landlock_create_ruleset landlock_restrict_self lsm_get_self_attr lsm_list_modules lsm_set_self_attr
    prlimit64 seccomp setfsgid setfsuid setgid setgroups setpgid setpriority setregid setresgid setresuid
    setreuid setrlimit setsid setuid sysinfo uname`,
};

/** Kinds of namespaces that Chromium does not make: mount, cgroup, UTS, IPC. As flags of clone and unshare. */
const needlessNamespaces = 0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000;
const vsockFamily = 40;
const noSuchCall = 38;
const notPermitted = 1;
/** Linux' own behaviour and two harmless variants of it; the last one only asks. */
const personalities = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff];

interface Rule {
  names: string[];
  action: "SCMP_ACT_ALLOW" | "SCMP_ACT_ERRNO";
  errnoRet?: number;
  args?: { index: number; value: number; valueTwo?: number; op: string }[];
}

/** The profile as an OCI runtime reads it; Kubernetes calls it `Localhost`. */
export function seccompProfile(): {
  defaultAction: string;
  defaultErrnoRet: number;
  architectures: string[];
  syscalls: Rule[];
} {
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: notPermitted,
    architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
    syscalls: [...runtimeRules(), ...sandboxRules()],
  };
}

/** What the runtime's own profile lets any container do. */
export function runtimeRules(): Rule[] {
  const names = Object.values(allowed).flatMap((text) => text.trim().split(/\s+/));
  return [
    { names: names.toSorted(), action: "SCMP_ACT_ALLOW" },
    {
      names: ["socket"],
      action: "SCMP_ACT_ALLOW",
      args: [{ index: 0, value: vsockFamily, op: "SCMP_CMP_NE" }],
    },
    ...personalities.map((value): Rule => ({
      names: ["personality"],
      action: "SCMP_ACT_ALLOW",
      args: [{ index: 0, value, op: "SCMP_CMP_EQ" }],
    })),
    // Its flags lie in memory, where no filter can look. The C library takes `clone` when there is no such call.
    { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: noSuchCall },
  ];
}

/** What Chromium's sandbox needs beside it: user, process and network namespaces, and an empty root directory. */
export function sandboxRules(): Rule[] {
  const args = [{ index: 0, value: needlessNamespaces, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }];
  return [
    { names: ["clone", "unshare"], action: "SCMP_ACT_ALLOW", args },
    { names: ["chroot"], action: "SCMP_ACT_ALLOW" },
  ];
}

/** The file that goes to the nodes. */
export async function seccompProfileText(): Promise<string> {
  return await format(JSON.stringify(seccompProfile()), { parser: "json", printWidth: 100 });
}
