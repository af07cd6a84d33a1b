//! Sets of releases, as the solver wants them.

use std::{fmt, ops::Bound};

use pubgrub::{Ranges, VersionSet};

/// Where a release stands: the registry's number in the upper half, in the lower one its place among
/// the package's releases there, oldest first. So the newest of one registry is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At(u64);

impl At {
    pub(super) fn new(registry: u32, index: u32) -> Self {
        Self(u64::from(registry) << 32 | u64::from(index))
    }

    pub(super) fn registry(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub(super) fn index(self) -> u32 {
        self.0 as u32
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.registry(), self.index())
    }
}

/// A set of places. Each place is a half-open interval of length one, so that neighbours melt into
/// one interval, and two sets are equal exactly where they hold the same places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places(Ranges<u64>);

impl Places {
    /// The places of `registry` whose index is told; indices ascend.
    pub(super) fn of(registry: u32, indices: impl IntoIterator<Item = u32>) -> Self {
        let places = indices.into_iter().map(|index| At::new(registry, index).0);
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for place in places {
            match runs.last_mut() {
                Some((_, end)) if *end == place => *end = place + 1,
                _ => runs.push((place, place + 1)),
            }
        }
        let mut ranges = Ranges::empty();
        for (start, end) in runs {
            ranges = ranges.union(&Ranges::between(start, end));
        }
        Self(ranges)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The greatest place, where there is one.
    pub(super) fn newest(&self) -> Option<At> {
        match self.0.bounding_range()? {
            (_, Bound::Excluded(end)) => Some(At(end - 1)),
            _ => None,
        }
    }

    /// The least place, where there is one.
    pub(super) fn oldest(&self) -> Option<At> {
        match self.0.bounding_range()? {
            (Bound::Included(start), _) => Some(At(*start)),
            _ => None,
        }
    }

    /// Whether it holds `at`.
    pub(super) fn holds(&self, at: At) -> bool {
        self.0.contains(&at.0)
    }

    /// The places it holds, where it has a start and an end.
    pub(super) fn iter(&self) -> impl Iterator<Item = At> {
        let runs = self.0.iter().filter_map(|bounds| match bounds {
            (Bound::Included(start), Bound::Excluded(end)) => Some(*start..*end),
            _ => None,
        });
        runs.flatten().map(At)
    }

    /// How many places it holds; all of them where it has no end.
    pub(super) fn len(&self) -> u64 {
        let mut count = 0_u64;
        for bounds in self.0.iter() {
            match bounds {
                (Bound::Included(start), Bound::Excluded(end)) => {
                    count = count.saturating_add(end - start)
                }
                _ => return u64::MAX,
            }
        }
        count
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl VersionSet for Places {
    type V = At;

    fn empty() -> Self {
        Self(Ranges::empty())
    }

    fn singleton(at: At) -> Self {
        Self(Ranges::between(at.0, at.0 + 1))
    }

    fn complement(&self) -> Self {
        Self(self.0.complement())
    }

    fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0))
    }

    fn contains(&self, at: &At) -> bool {
        self.0.contains(&at.0)
    }

    fn full() -> Self {
        Self(Ranges::full())
    }

    fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0))
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        self.0.is_disjoint(&other.0)
    }

    fn subset_of(&self, other: &Self) -> bool {
        self.0.subset_of(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However a set comes about, equal members are equal sets.
        #[test]
        fn a_set_is_its_members(bits in any::<u16>(), other in any::<u16>()) {
            let of = |bits: u16| Places::of(1, (0..16).filter(|i| bits >> i & 1 == 1));
            let grown = (0..16)
                .rev()
                .filter(|i| bits >> i & 1 == 1)
                .fold(Places::empty(), |set, i| set.union(&Places::singleton(At::new(1, i))));
            prop_assert_eq!(&of(bits), &grown);
            prop_assert_eq!(of(bits).len(), u64::from(bits.count_ones()));
            let newest = (bits != 0).then(|| At::new(1, 15 - bits.leading_zeros()));
            prop_assert_eq!(of(bits).newest(), newest);
            prop_assert_eq!(of(bits).intersection(&of(other)), of(bits & other));
            prop_assert_eq!(of(bits).union(&of(other)), of(bits | other));
            prop_assert_eq!(of(bits).intersection(&of(other).complement()), of(bits & !other));
            prop_assert!(of(bits).is_disjoint(&Places::of(2, 0..16)));
        }
    }
}
