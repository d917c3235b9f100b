//! Lazily initialised values.
//!
//! The initialisation may run on the rayon pool, so no thread waits for another one's: a waiting rayon worker can
//! steal a job that needs the same value, and would deadlock. Instead every thread that finds no value computes it,
//! and the first result is kept.

use std::sync::OnceLock;

/// A lazily initialised value. All initialisers must give equal values.
#[derive(Debug)]
pub(crate) struct MadeOnce<T>(OnceLock<T>);

impl<T> Default for MadeOnce<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> From<T> for MadeOnce<T> {
    fn from(value: T) -> Self {
        Self(OnceLock::from(value))
    }
}

impl<T> MadeOnce<T> {
    /// The value, if it has been made.
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.get()
    }

    /// The value, made now if it has not been made.
    pub(crate) fn get_or_make(&self, make: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.0.get() {
            return value;
        }
        let made = make();
        self.0.get_or_init(|| made)
    }

    /// Like [`Self::get_or_make`] with a fallible `make`; an error is not kept.
    pub(crate) fn get_or_try_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(value) = self.0.get() {
            return Ok(value);
        }
        let made = make()?;
        Ok(self.0.get_or_init(|| made))
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn making_a_value_by_divided_work_holds_up_nobody() {
        for threads in [2, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let value = MadeOnce::default();
            let make = || (0..1000u32).into_par_iter().with_max_len(1).map(u64::from).sum::<u64>();
            // Each of these may be taken up by a thread that waits for its own sum.
            let sums: Vec<u64> =
                pool.install(|| (0..500).into_par_iter().map(|_| *value.get_or_make(make)).collect());
            assert!(sums.iter().all(|sum| *sum == 499_500));
        }
    }

    #[test]
    fn a_failure_is_not_kept() {
        let value = MadeOnce::default();
        assert_eq!(value.get_or_try_make(|| Err::<u8, _>("not now")), Err("not now"));
        assert_eq!(value.get_or_try_make(|| Ok::<_, &str>(1)), Ok(&1));
        assert_eq!(value.get_or_try_make(|| Err("too late")), Ok(&1));
        assert_eq!(value.get(), Some(&1));
    }
}
