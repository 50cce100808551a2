//! Codes of lots that come new into a block.

/// The block has given all its numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no number is left in the block")]
pub struct NoCodeLeft;

/// Digits of a lot's number in its block.
const NUMBER_DIGITS: usize = 3;
/// The last of them.
const NUMBER_MAX: u32 = 999;

/// The next `count` codes of a block, after the highest number that it ever gave: a code is given once (Ley 28294,
/// Directiva 01-2006-SNCP/CNC). `given` are codes of lots in force and retired, of this block or of others.
pub fn next_codes<'a>(
    block: &str,
    given: impl IntoIterator<Item = &'a str>,
    count: usize,
) -> Result<Vec<String>, NoCodeLeft> {
    let numbers = given.into_iter().filter_map(|code| {
        let number = code.strip_prefix(block)?;
        (number.len() == NUMBER_DIGITS).then(|| number.parse::<u32>().ok())?
    });
    let highest = numbers.max().unwrap_or(0);
    let codes: Vec<String> = (highest + 1..=NUMBER_MAX)
        .take(count)
        .map(|number| format!("{block}{number:03}"))
        .collect();
    if codes.len() == count {
        Ok(codes)
    } else {
        Err(NoCodeLeft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_never_given_twice() {
        let block = "22010171001";
        let given = [
            "22010171001004",
            "22010171001002",
            "22010171002900",
            "P220101-ABC",
        ];
        let next = next_codes(block, given, 2);
        assert_eq!(
            next,
            Ok(vec!["22010171001005".into(), "22010171001006".into()])
        );
        assert_eq!(next_codes(block, ["22010171001998"], 2), Err(NoCodeLeft));
        assert_eq!(next_codes(block, [], 1), Ok(vec!["22010171001001".into()]));
    }
}
