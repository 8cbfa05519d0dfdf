use core::fmt;

use super::Operation;

/// A sequence of operations.
///
/// Every byte string is one, two bytes for an operation. Its text has one operation on a line,
/// and can be read back; empty lines and comments behind `#` are skipped.
///
/// # Examples
///
/// ```
/// use anteroom_testing::differential::Script;
///
/// let script = Script::parse("listen first\nlimit 1  # the least\n\nconnect first\n")?;
/// assert_eq!(script.to_string(), "listen first\nlimit 1\nconnect first\n");
/// assert_eq!(Script::from_bytes(&script.to_bytes()), script);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Script(Vec<Operation>);

impl Script {
    /// Returns the operations.
    pub fn operations(&self) -> &[Operation] {
        &self.0
    }

    /// Adds an operation.
    pub fn push(&mut self, operation: Operation) {
        self.0.push(operation);
    }

    /// Decodes a script; a byte that is missing at the end is a zero.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        bytes
            .chunks(2)
            .map(|pair| [pair[0], pair.get(1).copied().unwrap_or(0)])
            .map(Operation::from_bytes)
            .collect()
    }

    /// Encodes the script.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|step| step.to_bytes()).collect()
    }

    /// Reads a script.
    ///
    /// # Errors
    ///
    /// Names the line that is no operation.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.lines()
            .map(|line| line.split_once('#').map_or(line, |(line, _)| line).trim())
            .filter(|line| !line.is_empty())
            .map(|line| Operation::parse(line).ok_or_else(|| format!("no operation: `{line}`")))
            .collect()
    }
}

impl FromIterator<Operation> for Script {
    fn from_iter<I: IntoIterator<Item = Operation>>(operations: I) -> Self {
        Self(operations.into_iter().collect())
    }
}

/// Shows one operation on a line.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

/// Shows the same as [`Display`](fmt::Display), on lines of their own.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}
