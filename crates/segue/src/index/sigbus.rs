//! Survives SIGBUS from a mapped file that was truncated.
//!
//! Reading a page of a mapping beyond the end of its file, or one that the disk fails to read, raises SIGBUS, which
//! ends the process. [`catch_sigbus`] installs a handler that maps a page of zeros there and marks the mapping as
//! broken. The read continues with zeros, and [`Guard::is_broken`] is checked before an answer is returned. systemd's
//! journal reader does the same (`src/basic/sigbus.c`).
//!
//! The handler must be async-signal-safe: it reads and writes atomics in a table of fixed size and makes one system
//! call, `mmap`. A fault at any other address is left to the previous handler.

#![allow(unsafe_code)]

use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

/// The maximum number of guarded mappings. An index of one profile has fewer than ten files, and two indexes are open
/// while one replaces the other.
const SLOTS: usize = 4096;

struct Slot {
    /// Its first address; 0 if the slot is free, 1 while it is being taken.
    start: AtomicUsize,
    /// One past its last address.
    end: AtomicUsize,
    is_broken: AtomicBool,
}

static TABLE: [Slot; SLOTS] = [const {
    Slot { start: AtomicUsize::new(0), end: AtomicUsize::new(0), is_broken: AtomicBool::new(false) }
}; SLOTS];

/// The previous handler, for faults outside of guarded mappings.
static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(std::ptr::null_mut());
static PAGE: AtomicUsize = AtomicUsize::new(4096);

/// Keeps a mapping in the table.
#[derive(Debug)]
pub(super) struct Guard(Option<usize>);

impl Guard {
    /// Guards a mapping, unless it is empty or the table is full.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let start = bytes.as_ptr() as usize;
        let free = |slot: &&Slot| {
            !bytes.is_empty()
                && slot.start.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Relaxed).is_ok()
        };
        let Some((number, slot)) = TABLE.iter().enumerate().find(|(_, slot)| free(slot)) else {
            return Self(None);
        };
        slot.end.store(start + bytes.len(), Ordering::Relaxed);
        slot.is_broken.store(false, Ordering::Relaxed);
        slot.start.store(start, Ordering::Release);
        Self(Some(number))
    }

    /// Whether a page of the mapping could not be read.
    pub(super) fn is_broken(&self) -> bool {
        let slot = self.0.and_then(|number| TABLE.get(number));
        slot.is_some_and(|slot| slot.is_broken.load(Ordering::Acquire))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(slot) = self.0.and_then(|number| TABLE.get(number)) {
            slot.start.store(0, Ordering::Release);
        }
    }
}

/// Installs a SIGBUS handler, so that the process survives mapped files of an index that are truncated or cannot be
/// read: they read as zeros, and [`Index::check_unchanged`](super::Index::check_unchanged) fails. For long-running
/// programs over mapped indexes. Signal handlers are global to a process, so the library does not install it by
/// itself. Further calls do nothing.
pub fn catch_sigbus() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(install);
}

fn install() {
    // SAFETY: `sysconf` has no preconditions.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    if let Ok(page @ 1..) = usize::try_from(page) {
        PAGE.store(page, Ordering::Relaxed);
    }
    // SAFETY: all zeros is a value of this plain C structure: no flags, no signals blocked, the default handler.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: likewise.
    let before = Box::new(unsafe { std::mem::zeroed::<libc::sigaction>() });
    // Leaked: the handler may need it at any time.
    let before = Box::into_raw(before);
    action.sa_sigaction = handle as extern "C" fn(_, _, _) as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: both point to structures that are valid for the call; `handle` is async-signal-safe. The old action is
    // asked for first, so that it is known before the new one can run.
    unsafe {
        if libc::sigaction(libc::SIGBUS, std::ptr::null(), before) == 0 {
            BEFORE.store(before, Ordering::Release);
            _ = libc::sigaction(libc::SIGBUS, &action, std::ptr::null_mut());
        }
    }
}

/// The signal handler: maps a page of zeros where a guarded mapping cannot be read.
extern "C" fn handle(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: the kernel passes a valid `siginfo_t` to a handler with SA_SIGINFO.
    let address = unsafe { (*info).si_addr() } as usize;
    let is_in = |slot: &&Slot| {
        let start = slot.start.load(Ordering::Acquire);
        start > 1 && (start..slot.end.load(Ordering::Relaxed)).contains(&address)
    };
    if let Some(slot) = TABLE.iter().find(is_in) {
        let page = PAGE.load(Ordering::Relaxed);
        slot.is_broken.store(true, Ordering::Release);
        // SAFETY: the page lies within a mapping of ours (mappings begin and end at pages), which its owner keeps
        // while the slot is taken; its content cannot be read any more. `mmap` only enters the kernel.
        let mapped = unsafe {
            libc::mmap(
                (address & !(page - 1)) as *mut libc::c_void,
                page,
                libc::PROT_READ,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                -1,
                0,
            )
        };
        if mapped != libc::MAP_FAILED {
            return;
        }
    }
    let before = BEFORE.load(Ordering::Acquire);
    // The read faults again as soon as this returns, and the previous handler runs.
    // SAFETY: `before` was stored before this handler was installed, and is never freed.
    unsafe { libc::sigaction(libc::SIGBUS, before, std::ptr::null_mut()) };
}
