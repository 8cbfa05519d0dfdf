use core::fmt;

use super::Operation;

/// A sequence of operations.
///
/// Every byte string is a script, two bytes for each operation. The text has one operation a line;
/// empty lines and comments after `#` are ignored.
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

    /// Appends an operation.
    pub fn push(&mut self, operation: Operation) {
        self.0.push(operation);
    }

    /// Decodes a script. A missing last byte is zero.
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

    /// Parses a script.
    ///
    /// # Errors
    ///
    /// Returns the line that is not an operation.
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

/// Shows one operation a line.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

/// Shows the same as [`Display`](fmt::Display), after a line break.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}
