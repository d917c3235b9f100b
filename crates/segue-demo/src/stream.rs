//! Pseudorandom numbers, the same on every machine: a counter-based SplitMix64, and normal deviates
//! as sums of uniform ones. Nothing here keeps state between tracks, reads a clock or calls `libm`.
//!
//! Source: Guy L. Steele Jr., Doug Lea and Christine H. Flood, "Fast splittable pseudorandom
//! number generators", OOPSLA 2014, <https://doi.org/10.1145/2660193.2660195>; the constants of the
//! finaliser are David Stafford's "Mix13", as in Java's `SplittableRandom`.

/// The odd step of SplitMix64: 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The SplitMix64 finaliser: a bijection on `u64`, so distinct numbers stay distinct.
pub(super) const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// What a stream is used for. Streams of the same number in different domains are independent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Domain {
    Id = 1,
    /// Whether a track is a re-release, and of which.
    Rerelease,
    /// What differs between a re-release and its original: album and popularity.
    Release,
    /// The recording: its artists, title and features.
    Recording,
    /// An artist's part in the features of tracks.
    Artist,
    /// An artist's name.
    Name,
    /// An artist's number of albums, and an album's part in the features of its tracks.
    Album,
    /// Which other genres list a track.
    Listing,
}

/// An endless stream of random numbers: a pure function of a seed, a domain and a number.
#[derive(Debug, Clone)]
pub(super) struct Stream(u64);

impl Stream {
    pub(super) const fn new(seed: u64, domain: Domain, number: u64) -> Self {
        let seed = mix(seed.wrapping_add((domain as u64).wrapping_mul(GOLDEN)));
        // Mixed again; otherwise the streams of consecutive numbers would be one stream, a step apart.
        Self(mix(seed ^ number.wrapping_mul(GOLDEN)))
    }

    /// A uniformly distributed `u64`.
    pub(super) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A uniform number in [0, 1), a multiple of 2^-53.
    pub(super) const fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A uniform number in `0..bound`; 0 if `bound` is 0.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        ((self.bits() as u128 * bound as u128) >> 64) as u64
    }

    /// True with probability `share / of`.
    pub(super) const fn chance(&mut self, share: u64, of: u64) -> bool {
        self.below(of) < share
    }

    /// A random element of the list; the default value if it is empty.
    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let place = self.below(list.len() as u64) as usize;
        list.get(place).copied().unwrap_or_default()
    }

    /// A random index with probability `shares[index] / of`; the last one also gets what is missing to
    /// `of`.
    pub(super) fn place(&mut self, shares: &[u16], of: u64) -> usize {
        let mut ball = self.below(of);
        for (place, &share) in shares.iter().enumerate() {
            match ball.checked_sub(u64::from(share)) {
                None => return place,
                Some(rest) => ball = rest,
            }
        }
        shares.len().saturating_sub(1)
    }

    /// An approximately standard normal deviate in [-6, 6]: the sum of twelve uniform numbers of 16
    /// bits, minus its mean (Irwin and Hall, 1927). Integers until the last step, so exact everywhere.
    pub(super) const fn normal(&mut self) -> f64 {
        let mut sum = 0;
        let mut draws = 0;
        while draws < 3 {
            let bits = self.bits();
            sum += (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
            draws += 1;
        }
        // Each 16-bit number stands for the middle of its cell: twelve halves in total.
        (sum as f64 + 6.0) * (1.0 / 65_536.0) - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_published_generator() {
        // SplitMix64 from state 1234567, as printed by the reference implementation.
        let mut stream = Stream(1_234_567);
        assert_eq!(stream.bits(), 6_457_827_717_110_365_317);
        assert_eq!(stream.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn normal_deviates_have_mean_zero_and_variance_one() {
        let mut stream = Stream::new(7, Domain::Recording, 0);
        let draws: Vec<f64> = (0..100_000).map(|_| stream.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|draw| draw * draw).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.015, "{mean}");
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
    }

    #[test]
    fn shares_are_kept() {
        let mut stream = Stream::new(7, Domain::Recording, 0);
        let mut counts = [0; 3];
        for _ in 0..100_000 {
            counts[stream.place(&[500, 200], 1000)] += 1;
            assert!(stream.below(7) < 7);
        }
        assert!((49_000..51_000).contains(&counts[0]), "{counts:?}");
        assert_eq!(Stream::new(1, Domain::Id, 1).below(0), 0);
        assert_eq!(Stream::new(1, Domain::Id, 1).place(&[], 10), 0);
    }

    #[test]
    fn domains_and_numbers_have_streams_of_their_own() {
        let first = |domain, number| Stream::new(1, domain, number).bits();
        assert_ne!(first(Domain::Id, 0), first(Domain::Album, 0));
        assert_ne!(first(Domain::Id, 0), first(Domain::Id, 1));
    }
}
