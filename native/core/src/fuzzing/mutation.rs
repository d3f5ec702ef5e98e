//! Bytes that look like sources, and are not quite.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What lexers, parsers and decoders trip over.
const TOKENS: [&[u8]; 44] = [
    b"(",
    b")",
    b"[",
    b"]",
    b"{",
    b"}",
    b"'",
    b"\"",
    b"'''",
    b"\"\"\"",
    b"f'{",
    b"f\"\"\"{",
    b"rb'",
    b"\\",
    b"\\\n",
    b"\n",
    b"\r",
    b"\r\n",
    b"\t",
    b"    ",
    b"\x0c",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\x80",
    b"\xe2\x80\xa8",
    b":",
    b",",
    b";",
    b"#",
    b"@",
    b"def f(",
    b"class C:",
    b"lambda a, b: ",
    b"if a: ",
    b"elif b:\n",
    b"async ",
    b"await ",
    b"match x:\n case [",
    b"try:\n",
    b"except* E:\n",
    b"x = ",
    b" if a else ",
    b"# coding: latin-1\n",
];
const ENCODINGS: [&[u8]; 6] = [
    b"",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"# coding: koi8-r\n",
    b"#\n# vim: fileencoding=cp1252 :\n",
    b"# coding=ascii\r",
];
const SEEDS: [&[u8]; 4] = [
    b"def f(a, *b, c: int = 1, **d) -> None:\n    '''Doc.'''\n    return [x for x in a if x and b or c]\n",
    b"class C(B):\n    @property\n    async def g(self):\n        async with a as b:\n            yield f'{b!r:>{c}}'\n",
    b"match p:\n    case {'a': [1, *_], **rest} if rest: pass\n    case C(x=1) | None: pass\n    case _: pass\n",
    b"try:\n    import a.b as c, d\nexcept* (E, F) as e:\n    raise G from e\nelse:\n    x: int = (y := 1) + -z ** 2\n",
];
const MAX_BYTES: usize = 20_000;

/// The sources of `FUZZ_CORPUS`, up to a few hundred small ones, or some lines of our own.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    let mut found = std::env::var_os("FUZZ_CORPUS").map(|folder| sources(&PathBuf::from(folder))).unwrap_or_default();
    found.extend(SEEDS.iter().map(|seed| seed.to_vec()));
    found
}

fn sources(folder: &Path) -> Vec<Vec<u8>> {
    let paths =
        std::fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
    let is_python = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "py");
    let read = |path| std::fs::read(path).ok().filter(|bytes| bytes.len() <= MAX_BYTES);
    paths.unwrap_or_default().into_iter().filter(is_python).filter_map(read).take(400).collect()
}

/// Xorshift: fast, repeatable, good enough to choose where to cut.
pub(super) struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    pub(super) fn new() -> Self {
        let given = std::env::var("FUZZ_SEED").ok().and_then(|text| text.parse().ok());
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| u64::from(since.subsec_nanos()));
        let seed = given.unwrap_or_else(now);
        Self { seed, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// A number below `limit`, or 0.
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 1).unwrap_or_default() % limit.max(1)
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// How a file may start.
    pub(super) fn encoding(&mut self) -> &'static [u8] {
        self.of(&ENCODINGS)
    }

    /// One of the sources, changed in a few places.
    pub(super) fn mutated(&mut self, sources: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = sources[self.below(sources.len())].clone();
        for _ in 0..=self.below(8) {
            let other = &sources[self.below(sources.len())];
            self.mutate(&mut bytes, other);
        }
        bytes.truncate(4 * MAX_BYTES);
        bytes
    }

    /// Some bytes, changed in a few places.
    pub(super) fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = bytes.to_vec();
        for _ in 0..=self.below(3) {
            self.mutate(&mut damaged, bytes);
        }
        damaged
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let end = at + self.below((bytes.len() - at).min(200) + 1);
        match self.below(6) {
            0 => {
                bytes.drain(at..end);
            }
            1 => {
                let token = self.of(&TOKENS);
                bytes.splice(at..at, token.iter().copied());
            }
            2 => {
                let piece = bytes[at..end].repeat(self.below(40));
                bytes.splice(at..at, piece);
            }
            3 => {
                let piece = self.of(&TOKENS).repeat(self.below(400));
                bytes.splice(at..at, piece);
            }
            4 => {
                let start = self.below(other.len() + 1);
                let length = self.below((other.len() - start).min(2000) + 1);
                bytes.splice(at..end, other[start..start + length].iter().copied());
            }
            _ => {
                let flip = 1 << self.below(8);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= flip;
                }
            }
        }
    }
}
