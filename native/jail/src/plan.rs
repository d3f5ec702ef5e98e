//! The plan at the end of the freight, in a fixed layout: little-endian numbers, bytes and lists led by their length.
//!
//! `work_copy.py` writes it; the two must agree field by field, which the tests of `pyagent.sandbox` see to.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileExt;

use crate::failure::Failure;

/// Ceilings in the order in which the plan names them.
pub const CEILINGS: usize = 6;

/// One regular file of the work copy: where its bytes lie in the freight.
pub struct Body {
    pub path: OsString,
    pub executable: bool,
    pub offset: u64,
    pub size: u64,
}

/// What a command runs under.
#[derive(Default)]
pub struct Walls {
    /// Every process we can see is ours to kill: we are the first of a pid namespace.
    pub namespace: bool,
    /// System calls a command has no business with are refused.
    pub filter: bool,
    /// So is what other namespaces would hold: every socket but a pair, limits of other processes.
    pub narrow: bool,
    /// Where Landlock lets read and execute; empty for no such rules.
    pub readable: Vec<OsString>,
    /// Where it lets write as well.
    pub writable: Vec<OsString>,
}

/// All the parent asks for.
#[derive(Default)]
pub struct Plan {
    pub work: OsString,
    pub walls: Walls,
    pub ceilings: [u64; CEILINGS],
    pub argv: Vec<OsString>,
    pub environment: Vec<(OsString, OsString)>,
    pub collect: Vec<OsString>,
    pub collect_bytes: u64,
    pub folders: Vec<OsString>,
    pub files: Vec<Body>,
    pub links: Vec<(OsString, OsString)>,
}

/// The plan of `freight`, whose last 8 bytes hold its length.
pub fn read(freight: &File) -> Result<Plan, Failure> {
    tail(freight).map_err(|error| Failure::of(&error, "the plan")).and_then(|bytes| {
        Reader(&bytes).plan().ok_or_else(|| Failure::new("cut short or of another version", "the plan"))
    })
}

fn tail(freight: &File) -> io::Result<Vec<u8>> {
    let mut number = [0; 8];
    let end = freight.metadata()?.len().saturating_sub(8);
    freight.read_exact_at(&mut number, end)?;
    let begin = end.checked_sub(u64::from_le_bytes(number)).ok_or(io::ErrorKind::InvalidData)?;
    let mut bytes = vec![0; usize::try_from(end - begin).map_err(io::Error::other)?];
    freight.read_exact_at(&mut bytes, begin)?;
    Ok(bytes)
}

/// What is left of the plan's bytes; every method takes from the front, None when they do not reach.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn plan(&mut self) -> Option<Plan> {
        let mut plan = Plan { work: self.bytes()?, ..Plan::default() };
        plan.walls = Walls {
            namespace: self.flag()?,
            filter: self.flag()?,
            narrow: self.flag()?,
            readable: self.list(Self::bytes)?,
            writable: self.list(Self::bytes)?,
        };
        for ceiling in &mut plan.ceilings {
            *ceiling = self.number()?;
        }
        plan.argv = self.list(Self::bytes)?;
        plan.environment = self.list(|from| Some((from.bytes()?, from.bytes()?)))?;
        plan.collect = self.list(Self::bytes)?;
        plan.collect_bytes = self.number()?;
        plan.folders = self.list(Self::bytes)?;
        plan.files = self.list(|from| {
            Some(Body { path: from.bytes()?, executable: from.flag()?, offset: from.number()?, size: from.number()? })
        })?;
        plan.links = self.list(|from| Some((from.bytes()?, from.bytes()?)))?;
        self.0.is_empty().then_some(plan)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (front, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*front)
    }

    fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.take()?)).ok()
    }

    fn flag(&mut self) -> Option<bool> {
        self.take::<1>().map(|[byte]| byte != 0)
    }

    fn bytes(&mut self) -> Option<OsString> {
        let length = self.length()?;
        let (front, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(OsString::from_vec(front.to_vec()))
    }

    fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.length()?).map(|_| one(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_cut_is_noticed() {
        // Empty work folder, three flags, two lists, six ceilings, then empty lists and a number between them.
        let whole = vec![0; 4 + 3 + 4 + 4 + CEILINGS * 8 + 4 + 4 + 4 + 8 + 4 + 4 + 4];
        assert!(Reader(&whole).plan().is_some());
        for end in 0..whole.len() {
            assert!(Reader(&whole[..end]).plan().is_none(), "{end}");
        }
        let longer = [whole.as_slice(), &[0]].concat();
        assert!(Reader(&longer).plan().is_none());
    }

    #[test]
    fn lengths_beyond_the_end_are_refused_without_memory() {
        assert!(Reader(&[0xff; 4]).bytes().is_none());
        assert!(Reader(&[0xff; 12]).list(Reader::bytes).is_none());
    }
}
