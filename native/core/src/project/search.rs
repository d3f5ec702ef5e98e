//! Words to functions: Okapi BM25 over the sub-words of identifiers and docstrings.

use super::scan::{Project, Span};
use crate::facts::{FunctionFacts, each_term};

/// How soon repeating a term stops to help.
const K1: f64 = 1.2;

/// How much long functions are held against.
const B: f64 = 0.75;

/// What a term in the qualified name or the module's name counts for, in occurrences.
const NAMED: f64 = 3.0;

/// A function that fits a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The function.
    pub function: Span,
    /// BM25 score; comparable within one answer only.
    pub score: f64,
}

impl Project {
    /// The functions that fit `text` best, at most `limit`, best first; ties in file and source order.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Hit> {
        let mut terms = Vec::new();
        each_term(text, |term| terms.push(term));
        terms.sort_unstable();
        terms.dedup();
        let matched = self.matched(&terms);
        let statistics = Statistics::of(&self.lengths(), &matched, terms.len());
        let mut scored: Vec<(f64, &Match)> = matched.iter().map(|found| (statistics.score(found), found)).collect();
        scored.sort_by(|one, other| other.0.total_cmp(&one.0));
        scored.truncate(limit);
        let hit = |(score, found): (f64, &Match)| Hit { function: self.span(found.file, found.function), score };
        scored.into_iter().map(hit).collect()
    }

    fn lengths(&self) -> Vec<u32> {
        self.facts.iter().flat_map(|facts| &facts.functions).map(length).collect()
    }

    /// Functions with at least one of the terms.
    fn matched(&self, terms: &[u32]) -> Vec<Match> {
        let mut found = Vec::new();
        for (file, facts) in self.facts.iter().enumerate() {
            for (function, of) in facts.functions.iter().enumerate() {
                let mut counts: Vec<f64> = terms.iter().map(|term| occurrences(of, *term)).collect();
                if counts.iter().any(|count| *count > 0.0) {
                    self.add_names(file, function, terms, &mut counts);
                    found.push(Match { file, function, counts, length: length(of) });
                }
            }
        }
        found
    }

    fn add_names(&self, file: usize, function: usize, terms: &[u32], counts: &mut [f64]) {
        let module = self.paths[file].rsplit('/').next().unwrap_or_default().trim_end_matches(".py");
        for text in [self.function_name(file, function), module] {
            each_term(text, |term| {
                if let Ok(at) = terms.binary_search(&term) {
                    counts[at] += NAMED;
                }
            });
        }
    }
}

/// A function with how often each term of the query occurs in it.
struct Match {
    file: usize,
    function: usize,
    counts: Vec<f64>,
    length: u32,
}

fn length(function: &FunctionFacts) -> u32 {
    function.terms.iter().map(|(_, count)| u32::from(*count)).sum()
}

fn occurrences(function: &FunctionFacts, term: u32) -> f64 {
    let at = function.terms.binary_search_by_key(&term, |(term, _)| *term);
    at.map_or(0.0, |at| f64::from(function.terms[at].1))
}

struct Statistics {
    /// Rarity of each term of the query.
    weights: Vec<f64>,
    mean_length: f64,
}

impl Statistics {
    #[allow(clippy::cast_precision_loss)] // counts of functions are far below 2^52
    fn of(lengths: &[u32], matched: &[Match], terms: usize) -> Self {
        let all = lengths.len() as f64;
        let with = |term: usize| matched.iter().filter(|found| found.counts[term] > 0.0).count() as f64;
        let weight = |term| (1.0 + (all - with(term) + 0.5) / (with(term) + 0.5)).ln();
        let total: f64 = lengths.iter().map(|length| f64::from(*length)).sum();
        Self { weights: (0..terms).map(weight).collect(), mean_length: (total / all.max(1.0)).max(1.0) }
    }

    fn score(&self, found: &Match) -> f64 {
        let size = K1 * (1.0 - B + B * f64::from(found.length) / self.mean_length);
        let part = |(weight, count): (&f64, &f64)| weight * count * (K1 + 1.0) / (count + size);
        self.weights.iter().zip(&found.counts).map(part).sum()
    }
}
