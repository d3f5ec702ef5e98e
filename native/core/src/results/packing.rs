//! Columns as few bytes: small numbers take one each, neighbours are stored by their difference
//! where that is shorter.

use super::column::Digest;

/// Packed bytes not yet read.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a>(pub &'a [u8]);

impl<'a> Packed<'a> {
    /// The next so many bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next number of `pack_number`.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7F).checked_shl(7 * place)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A number that counts something stored behind it, at least an eighth of a byte each.
    pub fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len().saturating_mul(8)).then_some(count)
    }
}

/// Seven bits a byte, the lowest first.
pub fn pack_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    into.push(number.to_le_bytes()[0]);
}

pub(super) fn pack_numbers(numbers: &[u32], into: &mut Vec<u8>) {
    let (mut plain, mut steps, mut before) = (vec![0], vec![1], 0_u32);
    for number in numbers {
        pack_number(u64::from(*number), &mut plain);
        pack_number(u64::from(zigzag(number.wrapping_sub(before))), &mut steps);
        before = *number;
    }
    into.extend_from_slice(if steps.len() < plain.len() { &steps } else { &plain });
}

pub(super) fn unpack_numbers(from: &mut Packed<'_>, rows: usize) -> Option<Vec<u32>> {
    let are_steps = from.take(1)?[0] == 1;
    let mut before = 0_u32;
    let mut next = || {
        let number = u32::try_from(from.number()?).ok()?;
        before = if are_steps { before.wrapping_add(unzigzag(number)) } else { number };
        Some(before)
    };
    (0..rows).map(|_| next()).collect()
}

/// Differences of either sign as small numbers: 0, -1, 1, -2, 2, ...
fn zigzag(difference: u32) -> u32 {
    (difference << 1) ^ (difference.cast_signed() >> 31).cast_unsigned()
}

fn unzigzag(number: u32) -> u32 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

pub(super) fn pack_reals(reals: &[f64], into: &mut Vec<u8>) {
    into.extend(reals.iter().flat_map(|real| real.to_le_bytes()));
}

pub(super) fn unpack_reals(from: &mut Packed<'_>, rows: usize) -> Option<Vec<f64>> {
    let bytes = from.take(rows.checked_mul(8)?)?;
    Some(bytes.as_chunks().0.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect())
}

pub(super) fn pack_flags(flags: &[bool], into: &mut Vec<u8>) {
    into.extend(flags.chunks(8).map(|eight| eight.iter().rev().fold(0, |byte, flag| byte << 1 | u8::from(*flag))));
}

pub(super) fn unpack_flags(from: &mut Packed<'_>, rows: usize) -> Option<Vec<bool>> {
    let bytes = from.take(rows.div_ceil(8))?;
    Some((0..rows).map(|row| bytes[row / 8] >> (row % 8) & 1 == 1).collect())
}

pub(super) fn pack_digests(digests: &[Digest], into: &mut Vec<u8>) {
    into.extend_from_slice(digests.as_flattened());
}

pub(super) fn unpack_digests(from: &mut Packed<'_>, rows: usize) -> Option<Vec<Digest>> {
    let bytes = from.take(rows.checked_mul(size_of::<Digest>())?)?;
    Some(bytes.as_chunks().0.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        let numbers = [0, 1, 127, 128, u32::MAX, 0, 5_000_000];
        let flags = [true, false, false, true, true, false, true, true, false, true];
        let mut bytes = Vec::new();
        pack_numbers(&numbers, &mut bytes);
        pack_numbers(&[1_000_000, 1_000_001, 999_999], &mut bytes);
        pack_flags(&flags, &mut bytes);
        pack_reals(&[0.1, f64::MAX], &mut bytes);
        let mut packed = Packed(&bytes);
        assert_eq!(unpack_numbers(&mut packed, 7).as_deref(), Some(&numbers[..]));
        assert_eq!(unpack_numbers(&mut packed, 3).as_deref(), Some(&[1_000_000, 1_000_001, 999_999][..]));
        assert_eq!(unpack_flags(&mut packed, 10).as_deref(), Some(&flags[..]));
        assert_eq!(unpack_reals(&mut packed, 2).as_deref(), Some(&[0.1, f64::MAX][..]));
        assert_eq!(unpack_flags(&mut packed, 1), None);
    }

    #[test]
    fn small_steps_take_a_byte_each() {
        let mut bytes = Vec::new();
        pack_numbers(&(1_000_000..1_000_100).collect::<Vec<_>>(), &mut bytes);
        assert!(bytes.len() < 110);
    }
}
