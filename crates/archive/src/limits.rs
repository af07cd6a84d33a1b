//! How much an archive may hold.

const MIB: u64 = 1 << 20;

/// The longest path, in bytes. The format allows fewer than ustar's 256 so that a staging folder
/// in front of it still fits the 260 characters of Windows.
pub const MAX_PATH: usize = 200;

/// The most components that a path may have.
pub const MAX_DEPTH: usize = 16;

/// Caps that [`read`](crate::read()) enforces, each with its own refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the gzip file.
    pub compressed: u64,
    /// Bytes of all files together, headers and padding not counted.
    pub total: u64,
    /// Bytes of one file.
    pub file: u64,
    /// Number of files.
    pub entries: usize,
}

impl Default for Limits {
    /// The ceilings of the format: 64 MiB in all, 8 MiB a file, 4,096 files.
    fn default() -> Self {
        Self::with_total(64 * MIB)
    }
}

impl Limits {
    /// What a public registry accepts unless its policy says otherwise: 4 MiB in all.
    pub fn public() -> Self {
        Self::with_total(4 * MIB)
    }

    /// The format's ceilings with another total, for a registry with its own policy.
    ///
    /// The cap on the compressed bytes leaves room for 4,096 headers full of noise and for the few
    /// bytes by which deflate grows what cannot be compressed, so all that packs can be read.
    pub fn with_total(total: u64) -> Self {
        Self {
            compressed: total + total / 64 + 2 * MIB,
            total,
            file: 8 * MIB,
            entries: 4096,
        }
    }

    /// The longest tar that can hold what these limits allow.
    pub(crate) fn tar_len(&self) -> u64 {
        self.total + self.entries as u64 * (512 + 511) + 1024
    }
}
