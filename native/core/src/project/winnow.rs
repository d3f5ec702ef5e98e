//! Winnowing (Schleimer, Wilkerson, Aiken 2003): few fingerprints that every long enough match shares.

/// Tokens of one fingerprint: shorter matches are not seen.
pub(super) const K: usize = 25;

/// Fingerprints of which one is kept: matches of `K + W - 1` tokens are always seen.
pub(super) const W: usize = 8;

const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Calls `keep` with hash and position of each chosen fingerprint.
pub(super) fn fingerprints(codes: impl ExactSizeIterator<Item = u32> + Clone, mut keep: impl FnMut(u64, usize)) {
    if codes.len() < K {
        return;
    }
    let leaving_weight = (0..K).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut leaving = codes.clone();
    let mut rolling = 0_u64;
    let mut window = [(u64::MAX, usize::MAX); W];
    let mut least = (u64::MAX, usize::MAX);
    for (at, code) in codes.enumerate() {
        rolling = rolling.wrapping_mul(BASE).wrapping_add(u64::from(code) + 1);
        if at >= K {
            let gone = leaving.next().map_or(0, |code| u64::from(code) + 1);
            rolling = rolling.wrapping_sub(gone.wrapping_mul(leaving_weight));
        }
        if at + 1 < K {
            continue;
        }
        let position = at + 1 - K;
        let fresh = (mix(rolling), position);
        window[position % W] = fresh;
        let kept = least;
        if fresh.0 <= least.0 {
            least = fresh;
        } else if least.1 + W <= position {
            least = window.iter().copied().min_by_key(|(hash, at)| (*hash, std::cmp::Reverse(*at))).unwrap_or(fresh);
        }
        if position + 1 >= W && (kept != least || position + 1 == W) {
            keep(least.0, least.1);
        }
    }
}

fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(codes: &[u32]) -> Vec<(u64, usize)> {
        let mut found = Vec::new();
        fingerprints(codes.iter().copied(), |hash, at| found.push((hash, at)));
        found
    }

    #[test]
    fn a_match_of_k_plus_w_minus_one_shares_a_fingerprint_wherever_it_stands() {
        let mut state = 7_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        let shared: Vec<u32> = (0..K + W - 1).map(|_| noise()).collect();
        for before in 0..40 {
            let around = |before: usize, noise: &mut dyn FnMut() -> u32| {
                let head: Vec<u32> = (0..before).map(|_| noise()).collect();
                let tail: Vec<u32> = (0..30).map(|_| noise()).collect();
                [head, shared.clone(), tail].concat()
            };
            let (one, other) = (chosen(&around(before, &mut noise)), chosen(&around(17, &mut noise)));
            let aligned = |(hash, at): &(u64, usize)| other.iter().any(|(h, a)| h == hash && at + 17 == a + before);
            assert!(one.iter().any(aligned), "{before}");
        }
    }

    #[test]
    fn about_two_of_nine_fingerprints_are_kept() {
        let codes: Vec<u32> = (0..10_000_u32).map(|at| at.wrapping_mul(2_654_435_761) >> 5).collect();
        let kept = chosen(&codes).len();
        assert!((1_900..2_600).contains(&kept), "{kept}");
    }
}
