//! The system calls a command has no business with, refused by a seccomp filter.
//!
//! A deny list: what is left out works as everywhere. It answers as a kernel would that lacks the
//! call (ENOSYS) where programs are known to go on without it, else as one that does not allow it
//! (EPERM). Calls of another architecture, 32-bit ones among them, end the process.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter, sock_filter,
};

use crate::failure::Failure;

/// As on a kernel without them: probing programs then do without.
const ABSENT: &[i64] = &[
    // Its flags lie in memory, where no filter can read them; the C library falls back to clone.
    libc::SYS_clone3,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Memory that no process maps: the supervisor's sum cannot see it.
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_userfaultfd,
];

/// Refused whatever their arguments.
const FORBIDDEN: &[i64] = &[
    // Mounts and namespaces.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    libc::SYS_mbind,
    libc::SYS_set_mempolicy,
    // The kernel itself.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_lookup_dcookie,
    libc::SYS_nfsservctl,
    libc::SYS_quotactl,
    libc::SYS_acct,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
];

/// On this architecture only.
#[cfg(target_arch = "x86_64")]
const LOCAL: &[i64] = &[
    libc::SYS_kexec_file_load,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_uselib,
    libc::SYS_ustat,
    libc::SYS_sysfs,
    libc::SYS__sysctl,
];
#[cfg(not(target_arch = "x86_64"))]
const LOCAL: &[i64] = &[];

/// Flags of clone that open a namespace (clone(2)).
const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];
/// Socket families that reach no further than this network namespace.
const FAMILIES: [i32; 4] = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];
/// Linux, and Linux with the personality bits Docker allows (personality(2)).
const PERSONALITIES: [u64; 5] = [0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff];
/// Terminal requests that type into somebody else's terminal.
const TYPING: [u64; 2] = [libc::TIOCSTI, libc::TIOCLINUX];
/// Bit of an x32 call's number on x86-64; such calls pass every comparison with the plain number.
const X32: u32 = 0x4000_0000;
/// Instructions with which seccompiler checks the architecture.
const ARCHITECTURE: usize = 3;

/// Puts the filter in force for this process and all that follow, for good.
///
/// A `narrow` one, for where the host's processes are in reach, refuses their limits and every socket but a pair.
pub fn install(narrow: bool) -> Result<(), Failure> {
    apply_filter(&program(narrow)?).map_err(failure)
}

fn program(narrow: bool) -> Result<BpfProgram, Failure> {
    let architecture = std::env::consts::ARCH.try_into().map_err(failure)?;
    let mut rules = by_arguments().map_err(failure)?;
    if narrow {
        rules.insert(libc::SYS_socket, Vec::new());
        // Another process's limits; one's own is 0.
        rules.insert(libc::SYS_prlimit64, vec![rule(vec![(0, SeccompCmpOp::Ne, 0)]).map_err(failure)?]);
    }
    let refusal = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let made = SeccompFilter::new(rules, SeccompAction::Allow, refusal, architecture).map_err(failure)?;
    let mut program = BpfProgram::try_from(made).map_err(failure)?;
    // Behind the instructions that check the architecture; jumps are relative, so the rest may move.
    program.splice(ARCHITECTURE..ARCHITECTURE, refusals()?);
    Ok(program)
}

/// Calls refused with some arguments only; each call's rules are alternatives.
fn by_arguments() -> seccompiler::Result<BTreeMap<i64, Vec<SeccompRule>>> {
    use SeccompCmpOp::{Eq, MaskedEq, Ne};
    let none_of = |allowed: &[u64]| rule(allowed.iter().map(|value| (0, Ne, *value)).collect());
    let mut namespaces = Vec::new();
    for flag in NAMESPACES {
        let bit = u64::from(flag.cast_unsigned());
        namespaces.push(rule(vec![(0, MaskedEq(bit), bit)])?);
    }
    let families = FAMILIES.map(|family| u64::from(family.cast_unsigned()));
    let routes_only = vec![(0, Eq, families[3]), (2, Ne, 0)];
    let typing = TYPING.map(|request| rule(vec![(1, Eq, request)]));
    Ok(BTreeMap::from([
        (libc::SYS_clone, namespaces),
        (libc::SYS_socket, vec![none_of(&families)?, rule(routes_only)?]),
        (libc::SYS_socketpair, vec![none_of(&families[..1])?]),
        (libc::SYS_personality, vec![none_of(&PERSONALITIES)?]),
        (libc::SYS_ioctl, typing.into_iter().collect::<Result<_, _>>()?),
    ]))
}

/// All of (argument, comparison, value) must hold; the kernel reads these arguments as 32 bits.
fn rule(conditions: Vec<(u8, SeccompCmpOp, u64)>) -> Result<SeccompRule, seccompiler::BackendError> {
    let each = |(index, operator, value)| SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value);
    SeccompRule::new(conditions.into_iter().map(each).collect::<Result<_, _>>()?)
}

/// Load the call's number, then one comparison for each call that is refused whatever its arguments.
///
/// seccompiler would spend five instructions on each, which the kernel compiles anew at every start (0.1 CPU-ms), and
/// gives a filter one refusal only.
fn refusals() -> Result<BpfProgram, Failure> {
    const LOAD_WORD: u16 = 0x20;
    const JUMP: u16 = 0x05;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const JUMP_IF_SET: u16 = 0x45;
    const RETURN: u16 = 0x06;
    let refusals = [libc::ENOSYS, libc::EPERM];
    let numbers = |calls: &[i64], refusal| calls.iter().map(move |number| (JUMP_IF_EQUAL, *number, refusal)).collect();
    let x32 = if cfg!(target_arch = "x86_64") { vec![(JUMP_IF_SET, i64::from(X32), 0)] } else { Vec::new() };
    let tests: [Vec<(u16, i64, usize)>; 4] = [x32, numbers(ABSENT, 0), numbers(FORBIDDEN, 1), numbers(LOCAL, 1)];
    let tests = tests.concat();
    let plain = |code, k| sock_filter { code, jt: 0, jf: 0, k };
    let mut steps = vec![plain(LOAD_WORD, 0)];
    for (index, (code, operand, refusal)) in tests.iter().enumerate() {
        // Over the tests that are left and the jump behind them.
        let jt = u8::try_from(tests.len() - index + refusal).map_err(failure)?;
        steps.push(sock_filter { code: *code, jt, jf: 0, k: u32::try_from(*operand).map_err(failure)? });
    }
    steps.push(plain(JUMP, u32::try_from(refusals.len()).map_err(failure)?));
    steps.extend(refusals.map(|error| plain(RETURN, SeccompAction::Errno(error.cast_unsigned()).into())));
    Ok(steps)
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn failure(error: impl ToString) -> Failure {
    Failure::new(&error.to_string(), "the system call filter")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program answers to a call: the little of BPF that seccompiler writes (bpf(4), seccomp(2)).
    fn answer(program: &[sock_filter], number: u32, arguments: [u64; 6]) -> u32 {
        let mut data = [0u8; 64];
        data[..4].copy_from_slice(&number.to_le_bytes());
        let audit = if cfg!(target_arch = "x86_64") { 0xc000_003e_u32 } else { 0xc000_00b7 };
        data[4..8].copy_from_slice(&audit.to_le_bytes());
        for (index, value) in arguments.iter().enumerate() {
            data[16 + 8 * index..24 + 8 * index].copy_from_slice(&value.to_le_bytes());
        }
        let (mut at, mut held) = (0, 0u32);
        loop {
            let step = &program[at];
            at += 1;
            let jump = |taken: bool| usize::from(if taken { step.jt } else { step.jf });
            match step.code {
                0x20 => held = u32::from_le_bytes(data[step.k as usize..][..4].try_into().unwrap()),
                0x54 => held &= step.k,
                0x05 => at += step.k as usize,
                0x15 => at += jump(held == step.k),
                0x25 => at += jump(held > step.k),
                0x35 => at += jump(held >= step.k),
                0x45 => at += jump(held & step.k != 0),
                0x06 => return step.k,
                other => panic!("instruction {other:#x}"),
            }
        }
    }

    fn refused(number: i64, arguments: [u64; 6]) -> bool {
        let number = u32::try_from(number).unwrap();
        let allow = u32::from(SeccompAction::Allow);
        answer(&program(false).unwrap(), number, arguments) != allow
    }

    #[test]
    fn every_listed_call_is_refused_and_ordinary_ones_are_not() {
        for number in ABSENT.iter().chain(FORBIDDEN).chain(LOCAL) {
            assert!(refused(*number, [0; 6]), "{number}");
        }
        for number in [libc::SYS_read, libc::SYS_openat, libc::SYS_execve, libc::SYS_futex, libc::SYS_wait4] {
            assert!(!refused(number, [0; 6]), "{number}");
        }
    }

    #[test]
    fn an_absent_call_and_a_forbidden_one_are_told_apart() {
        let said = |number: i64| answer(&program(false).unwrap(), u32::try_from(number).unwrap(), [0; 6]);
        let error = |number: i32| u32::from(SeccompAction::Errno(number.cast_unsigned()));
        assert!(ABSENT.iter().all(|number| said(*number) == error(libc::ENOSYS)));
        assert!(FORBIDDEN.iter().chain(LOCAL).all(|number| said(*number) == error(libc::EPERM)));
    }

    #[test]
    fn arguments_decide_where_they_must() {
        let clone = |flags: i32| refused(libc::SYS_clone, [u64::from(flags.cast_unsigned()), 0, 0, 0, 0, 0]);
        assert!(!clone(libc::CLONE_VM | libc::CLONE_THREAD | libc::CLONE_SIGHAND | libc::CLONE_FS));
        assert!(!clone(libc::SIGCHLD));
        for flag in NAMESPACES {
            assert!(clone(flag | libc::SIGCHLD), "{flag:#x}");
        }
        let socket = |family: i32, protocol: u64| {
            refused(libc::SYS_socket, [u64::from(family.cast_unsigned()), 1, protocol, 0, 0, 0])
        };
        for family in FAMILIES {
            assert!(!socket(family, 0));
        }
        for family in [libc::AF_VSOCK, libc::AF_PACKET, libc::AF_ALG, libc::AF_BLUETOOTH, libc::AF_CAN, libc::AF_KEY] {
            assert!(socket(family, 0), "{family}");
        }
        assert!(!socket(libc::AF_INET, 6));
        assert!(socket(libc::AF_NETLINK, 16));
        assert!(refused(libc::SYS_ioctl, [0, libc::TIOCSTI, 0, 0, 0, 0]));
        assert!(!refused(libc::SYS_ioctl, [0, libc::TCGETS, 0, 0, 0, 0]));
        assert!(refused(libc::SYS_personality, [0x4_0000, 0, 0, 0, 0, 0]));
        assert!(!refused(libc::SYS_personality, [0xffff_ffff, 0, 0, 0, 0, 0]));
        // The kernel reads 32 bits: what stands above them must not help.
        assert!(refused(libc::SYS_ioctl, [0, libc::TIOCSTI | 1 << 40, 0, 0, 0, 0]));
    }

    #[test]
    fn a_narrow_filter_leaves_pairs_only() {
        let narrow = program(true).unwrap();
        let asked = |number: i64| answer(&narrow, u32::try_from(number).unwrap(), [1, 1, 0, 0, 0, 0]);
        assert_ne!(asked(libc::SYS_socket), u32::from(SeccompAction::Allow));
        assert_eq!(asked(libc::SYS_socketpair), u32::from(SeccompAction::Allow));
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn no_call_passes_by_its_x32_number() {
        assert!(refused(libc::SYS_mount | i64::from(X32), [0; 6]));
        assert!(refused(libc::SYS_read | i64::from(X32), [0; 6]));
    }
}
