//! One fact of many rows, stored together.

use std::fmt::Write;
use std::ops::Range;

use super::packing::{self, Packed};

/// A vector of cells; rows are added at the end and never changed.
pub trait Column: Default {
    /// What is added: `str` for texts, the plain type for numbers.
    type Cell: ?Sized;
    /// What is read back.
    type Shown<'a>
    where
        Self: 'a;

    /// Adds a row.
    fn add(&mut self, cell: &Self::Cell);
    /// The cell of a row; the row must exist.
    fn at(&self, row: usize) -> Self::Shown<'_>;
    /// Adds rows of another column of this kind.
    fn add_from(&mut self, other: &Self, rows: Range<usize>);
    /// A view of all cells, for export.
    fn cells(&self) -> Cells<'_>;
    /// Writes all cells, packed.
    fn pack(&self, into: &mut Vec<u8>);
    /// So many cells as `pack` wrote them; none where the bytes are something else.
    fn unpack(from: &mut Packed<'_>, rows: usize) -> Option<Self>;
}

/// Counts, lines and offsets.
pub type Numbers = Vec<u32>;
/// Measures with a fraction.
pub type Reals = Vec<f64>;
/// Answers.
pub type Flags = Vec<bool>;
/// Fingerprints, read back in hexadecimal.
pub type Digests = Vec<Digest>;
/// The first 128 bits of a blake3 hash.
pub type Digest = [u8; 16];

/// The cells of a column, by what they are.
#[derive(Clone, Copy, Debug)]
pub enum Cells<'a> {
    /// Counts, lines and offsets.
    Numbers(&'a [u32]),
    /// Measures with a fraction.
    Reals(&'a [f64]),
    /// Answers.
    Flags(&'a [bool]),
    /// Fingerprints.
    Digests(&'a [Digest]),
    /// Texts.
    Texts(&'a Texts),
}

macro_rules! plain_column {
    ($cell:ty, $cells:ident, $shown:ty, $show:expr, $pack:path, $unpack:path) => {
        impl Column for Vec<$cell> {
            type Cell = $cell;
            type Shown<'a> = $shown;

            fn add(&mut self, cell: &$cell) {
                self.push(*cell);
            }

            fn at(&self, row: usize) -> $shown {
                $show(self[row])
            }

            fn add_from(&mut self, other: &Self, rows: Range<usize>) {
                self.extend_from_slice(&other[rows]);
            }

            fn cells(&self) -> Cells<'_> {
                Cells::$cells(self)
            }

            fn pack(&self, into: &mut Vec<u8>) {
                $pack(self, into);
            }

            fn unpack(from: &mut Packed<'_>, rows: usize) -> Option<Self> {
                $unpack(from, rows)
            }
        }
    };
}

plain_column!(u32, Numbers, u32, std::convert::identity, packing::pack_numbers, packing::unpack_numbers);
plain_column!(f64, Reals, f64, std::convert::identity, packing::pack_reals, packing::unpack_reals);
plain_column!(bool, Flags, bool, std::convert::identity, packing::pack_flags, packing::unpack_flags);
plain_column!(Digest, Digests, String, hexadecimal, packing::pack_digests, packing::unpack_digests);

/// The digits of a digest.
#[must_use]
pub fn hexadecimal(digest: Digest) -> String {
    digest.iter().fold(String::with_capacity(2 * digest.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a string does not fail
        text
    })
}

/// Texts packed behind each other: one allocation for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    packed: String,
    /// Offset behind each text; `usize`, because all names of a large tree may pass 4 GiB.
    ends: Vec<usize>,
}

impl Texts {
    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn start_of(&self, row: usize) -> usize {
        row.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.at(row))
    }
}

impl Column for Texts {
    type Cell = str;
    type Shown<'a> = &'a str;

    fn add(&mut self, cell: &str) {
        self.packed.push_str(cell);
        self.ends.push(self.packed.len());
    }

    fn at(&self, row: usize) -> &str {
        &self.packed[self.start_of(row)..self.ends[row]]
    }

    fn add_from(&mut self, other: &Self, rows: Range<usize>) {
        let (start, base) = (other.start_of(rows.start), self.packed.len());
        self.packed.push_str(&other.packed[start..other.start_of(rows.end)]);
        self.ends.extend(other.ends[rows].iter().map(|end| end - start + base));
    }

    fn cells(&self) -> Cells<'_> {
        Cells::Texts(self)
    }

    fn pack(&self, into: &mut Vec<u8>) {
        let lengths: Vec<u32> = self.iter().map(|text| u32::try_from(text.len()).unwrap_or(u32::MAX)).collect();
        packing::pack_numbers(&lengths, into);
        into.extend_from_slice(self.packed.as_bytes());
    }

    fn unpack(from: &mut Packed<'_>, rows: usize) -> Option<Self> {
        let mut end = 0_usize;
        let mut ends = packing::unpack_numbers(from, rows)?.into_iter().map(|length| {
            end = end.checked_add(length as usize)?;
            Some(end)
        });
        let ends = ends.by_ref().collect::<Option<Vec<usize>>>()?;
        let packed = std::str::from_utf8(from.take(end)?).ok()?;
        let whole = ends.iter().all(|end| packed.is_char_boundary(*end));
        whole.then(|| Self { packed: packed.to_string(), ends })
    }
}
