//! Copied code: regions of equal tokens (type 1), or equal but for names and literals (type 2).

use super::scan::{Project, Span};
use super::winnow::fingerprints;
use crate::facts::{Codes, fold};

/// How equal two regions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloneKind {
    /// Token by token; layout and comments may differ.
    Exact,
    /// As `Exact`, identifiers and literals aside.
    Renamed,
}

impl CloneKind {
    /// The word that users see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Renamed => "renamed",
        }
    }
}

/// Two regions of equal tokens, as long as they can be; the second stands behind the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clone {
    /// How equal they are.
    pub kind: CloneKind,
    /// How many tokens each has.
    pub tokens: u32,
    /// The first region.
    pub first: Span,
    /// The second region.
    pub second: Span,
}

/// Fewer distinct tokens than this, names and literals aside, make a table of data, not code.
const MIN_DISTINCT: usize = 8;

impl Project {
    /// Copies of at least `min_tokens` tokens, longest first.
    ///
    /// Of code that stands in n places, each place is paired with the next: n - 1 rows. A renamed
    /// copy is listed only where it says more than the exact copies inside it. Winnowing sees every
    /// copy of 32 tokens.
    #[must_use]
    pub fn clones(&self, min_tokens: u32) -> Vec<Clone> {
        let text = Text::of(self.facts.iter().map(|facts| &facts.codes).collect());
        let exact = text.regions(min_tokens, |code| code);
        let renamed = text.regions(min_tokens, fold);
        let mut rows: Vec<Clone> = exact.iter().map(|region| self.clone_row(&text, region, CloneKind::Exact)).collect();
        let says_more = |region: &&Region| text.differs(region) && text.is_code(region);
        rows.extend(renamed.iter().filter(says_more).map(|region| self.clone_row(&text, region, CloneKind::Renamed)));
        rows.sort_by(|one, other| other.tokens.cmp(&one.tokens).then_with(|| one.first.cmp(&other.first)));
        rows
    }

    fn clone_row(&self, text: &Text<'_>, region: &Region, kind: CloneKind) -> Clone {
        let span = |start: u32| {
            let (file, token) = text.place(start);
            let lines = text.files[file];
            Span {
                path: self.paths[file].clone(),
                line: lines.line(token),
                end_line: lines.line(token + region.length as usize - 1),
                name: String::new(),
            }
        };
        Clone { kind, tokens: region.length, first: span(region.start), second: span(region.start + region.shift) }
    }
}

/// Two runs of equal tokens by position in the whole project, the second `shift` behind the first.
#[derive(Clone, Copy, Debug)]
struct Region {
    start: u32,
    shift: u32,
    length: u32,
}

/// All files' tokens as one text.
struct Text<'a> {
    files: Vec<&'a Codes>,
    /// Position of each file's first token, and behind the last file's last.
    bases: Vec<u32>,
}

impl<'a> Text<'a> {
    fn of(files: Vec<&'a Codes>) -> Self {
        let mut bases = vec![0];
        let mut behind = 0_u32;
        for file in &files {
            behind = behind.saturating_add(u32::try_from(file.codes.len()).unwrap_or(u32::MAX));
            bases.push(behind);
        }
        Self { files, bases }
    }

    /// File and token of a position.
    fn place(&self, position: u32) -> (usize, usize) {
        let file = self.bases.partition_point(|base| *base <= position) - 1;
        (file, (position - self.bases[file]) as usize)
    }

    /// Maximal regions that are equal after `view`, each once.
    fn regions(&self, min_tokens: u32, view: impl Fn(u32) -> u32 + Copy) -> Vec<Region> {
        let mut found: Vec<Region> = Vec::new();
        // Shift of the run found last, and where it ends: what lies inside leads to the same run.
        let mut seen = (0, 0);
        for (shift, start) in self.candidates(view) {
            if seen.0 == shift && start < seen.1 {
                continue;
            }
            let run = self.extended(start, shift, view);
            seen = (shift, run.start + run.length);
            found.extend(self.apart(run, min_tokens));
        }
        found.retain(|region| region.length >= min_tokens);
        found
    }

    /// Neighbouring places of equal fingerprints as (shift, position), in order.
    fn candidates(&self, view: impl Fn(u32) -> u32 + Copy) -> Vec<(u32, u32)> {
        let mut prints: Vec<(u64, u32)> = Vec::with_capacity(self.bases.last().map_or(0, |all| *all as usize / 4));
        for (file, base) in self.files.iter().zip(&self.bases) {
            fingerprints(file.codes.iter().map(|code| view(*code)), |hash, at| {
                prints.push((hash, base + u32::try_from(at).unwrap_or(u32::MAX)));
            });
        }
        prints.sort_unstable();
        let pairs = prints.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let mut found: Vec<(u32, u32)> = pairs.map(|pair| (pair[1].1 - pair[0].1, pair[0].1)).collect();
        found.sort_unstable();
        found
    }

    /// A run whose two parts overlap repeats one text: each repetition is a region, if it is long enough.
    fn apart(&self, run: Region, min_tokens: u32) -> impl Iterator<Item = Region> {
        let overlaps = self.place(run.start).0 == self.place(run.start + run.shift).0 && run.length > run.shift;
        let length = if overlaps { run.shift } else { run.length };
        let pieces = if length < min_tokens { 0 } else { run.length.div_ceil(length.max(1)) };
        (0..pieces).map(move |piece| {
            let start = piece * length;
            Region { start: run.start + start, length: length.min(run.length - start), ..run }
        })
    }

    /// The longest equal run around a candidate.
    fn extended(&self, start: u32, shift: u32, view: impl Fn(u32) -> u32) -> Region {
        let ((one, at), (other, beside)) = (self.place(start), self.place(start + shift));
        let (left, right) = (&self.files[one].codes, &self.files[other].codes);
        let same = |(a, b): &(&u32, &u32)| view(**a) == view(**b);
        let before = left[..at].iter().rev().zip(right[..beside].iter().rev()).take_while(same).count();
        let behind = left[at..].iter().zip(&right[beside..]).take_while(same).count();
        let length = u32::try_from(before + behind).unwrap_or(u32::MAX);
        Region { start: start - u32::try_from(before).unwrap_or(0), shift, length }
    }

    fn slices(&self, region: &Region) -> (&'a [u32], &'a [u32]) {
        let slice = |start: u32| {
            let (file, at) = self.place(start);
            &self.files[file].codes[at..at + region.length as usize]
        };
        (slice(region.start), slice(region.start + region.shift))
    }

    fn differs(&self, region: &Region) -> bool {
        let (one, other) = self.slices(region);
        one != other
    }

    fn is_code(&self, region: &Region) -> bool {
        let mut seen: Vec<u32> = self.slices(region).0.iter().map(|code| fold(*code)).collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len() >= MIN_DISTINCT
    }
}
