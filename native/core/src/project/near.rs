//! Near duplicates: functions that share most of their token shingles (minhash, then exact Jaccard).

use rustc_hash::FxHashMap;

use super::scan::{Project, Span};

/// Tokens of one shingle.
const SHINGLE: usize = 3;

/// Functions with fewer tokens are alike by chance.
const MIN_TOKENS: u32 = 50;

/// Parts of a signature, one least hash each.
const BINS: usize = 64;

/// Parts that must agree for two functions to be compared: at a similarity of 0.7 more than 98 of 100 pairs are.
const ROWS: usize = 4;

/// A group of functions that say nearly the same.
#[derive(Clone, Debug, PartialEq)]
pub struct NearDuplicates {
    /// The least similarity of the pairs that tie the group together, 0 to 1.
    pub similarity: f64,
    /// Its functions in file and source order.
    pub functions: Vec<Span>,
}

struct Candidate {
    file: usize,
    function: usize,
    tokens: (u32, u32),
    /// Hashes of its shingles, ascending, each once.
    shingles: Vec<u64>,
}

impl Project {
    /// Groups of functions of which each shares at least `threshold` (0 to 1) of its shingles with another
    /// of the group, by Jaccard; the largest groups first. Functions under 50 tokens are left out.
    #[must_use]
    pub fn near_duplicates(&self, threshold: f64) -> Vec<NearDuplicates> {
        let candidates = self.candidates();
        let mut groups = Groups::of(candidates.len());
        for (one, other) in pairs(&candidates) {
            let (a, b) = (&candidates[one], &candidates[other]);
            if !nested(a, b) {
                let similarity = jaccard(&a.shingles, &b.shingles);
                if similarity >= threshold {
                    groups.join(one, other, similarity);
                }
            }
        }
        let mut found: Vec<NearDuplicates> = groups
            .into_groups()
            .into_iter()
            .map(|(similarity, members)| {
                let span = |at: usize| self.span(candidates[at].file, candidates[at].function);
                NearDuplicates { similarity, functions: members.into_iter().map(span).collect() }
            })
            .collect();
        found.sort_by_key(|group| std::cmp::Reverse(group.functions.len()));
        found
    }

    fn candidates(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (file, facts) in self.facts.iter().enumerate() {
            for (function, of) in facts.functions.iter().enumerate() {
                let tokens = of.tokens;
                if tokens.1 - tokens.0 >= MIN_TOKENS {
                    let shingles = shingles(&facts.codes.codes[tokens.0 as usize..tokens.1 as usize]);
                    found.push(Candidate { file, function, tokens, shingles });
                }
            }
        }
        found
    }
}

fn shingles(codes: &[u32]) -> Vec<u64> {
    let hash = |window: &[u32]| {
        let mixed = window
            .iter()
            .fold(0_u64, |hash, code| (hash.rotate_left(23) ^ u64::from(*code)).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        mixed ^ (mixed >> 29)
    };
    let mut found: Vec<u64> = codes.windows(SHINGLE).map(hash).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn nested(one: &Candidate, other: &Candidate) -> bool {
    one.file == other.file && one.tokens.0 < other.tokens.1 && other.tokens.0 < one.tokens.1
}

/// Pairs whose signatures agree in one band of `ROWS` parts, each once.
fn pairs(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let signatures: Vec<[u64; BINS]> = candidates.iter().map(|candidate| signature(&candidate.shingles)).collect();
    let mut found = Vec::new();
    for band in 0..BINS / ROWS {
        let mut first: FxHashMap<&[u64], usize> = FxHashMap::default();
        for (number, signature) in signatures.iter().enumerate() {
            let key = &signature[band * ROWS..(band + 1) * ROWS];
            // Each is compared with the one before it: a group needs no more to hang together.
            if let Some(before) = first.insert(key, number) {
                found.push((before, number));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// One-permutation minhash: the least hash of each bin, an empty bin borrowing from the next full one.
fn signature(shingles: &[u64]) -> [u64; BINS] {
    let mut bins = [u64::MAX; BINS];
    for shingle in shingles {
        let mixed = shingle.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let bin = &mut bins[(mixed >> 58) as usize];
        *bin = mixed.min(*bin);
    }
    let filled = bins;
    for (at, bin) in bins.iter_mut().enumerate().filter(|(_, bin)| **bin == u64::MAX) {
        let lender = (1..BINS).find(|step| filled[(at + step) % BINS] != u64::MAX);
        *bin = lender.map_or(0, |step| filled[(at + step) % BINS].wrapping_add(step as u64));
    }
    bins
}

/// Shared part of two ascending sets.
#[allow(clippy::cast_precision_loss)] // counts of tokens are far below 2^52
fn jaccard(one: &[u64], other: &[u64]) -> f64 {
    let (mut at, mut beside, mut shared) = (0, 0, 0_usize);
    while at < one.len() && beside < other.len() {
        match one[at].cmp(&other[beside]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => beside += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                at += 1;
                beside += 1;
            }
        }
    }
    shared as f64 / (one.len() + other.len() - shared).max(1) as f64
}

/// Disjoint sets with the least similarity that tied each.
struct Groups {
    parents: Vec<usize>,
    least: Vec<f64>,
}

impl Groups {
    fn of(count: usize) -> Self {
        Self { parents: (0..count).collect(), least: vec![1.0; count] }
    }

    fn root(&mut self, mut member: usize) -> usize {
        while self.parents[member] != member {
            self.parents[member] = self.parents[self.parents[member]];
            member = self.parents[member];
        }
        member
    }

    fn join(&mut self, one: usize, other: usize, similarity: f64) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.least[low] = self.least[low].min(self.least[high]).min(similarity);
        self.parents[high] = low;
    }

    fn into_groups(mut self) -> Vec<(f64, Vec<usize>)> {
        let mut members: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for member in 0..self.parents.len() {
            let root = self.root(member);
            members.entry(root).or_default().push(member);
        }
        let mut groups: Vec<_> = members.into_iter().filter(|(_, group)| group.len() > 1).collect();
        groups.sort_unstable();
        groups.into_iter().map(|(root, group)| (self.least[root], group)).collect()
    }
}
